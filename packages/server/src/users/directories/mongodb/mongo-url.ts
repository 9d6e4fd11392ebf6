/** URLs of MongoDB (https://www.mongodb.com/docs/manual/reference/connection-string/), checked without the driver. */

const form =
  'must be mongodb://user:password@host/database or mongodb+srv://..., with @, /, ?, # and % in the password written as %40, %2F, %3F, %23 and %25'

/** Why the URL cannot be used, as what follows the option's name, without the URL; `undefined` when it can. */
export function mongoUrlProblem(url: string): string | undefined {
  const [, authority = '', path = ''] = /^mongodb(?:\+srv)?:\/\/([^/?]+)(?:\/([^?]*))?(?:\?.*)?$/.exec(url) ?? []
  const [hosts = '', login, ...others] = authority.split('@').reverse()
  const isDecodable = !/%(?![0-9a-f]{2})/i.test(url)
  const isLogin = login === undefined || /^[^:]+(:[^:]*)?$/.test(login)
  const areHosts = hosts !== '' && hosts.split(',').every((host) => host !== '')
  const isWhole = areHosts && isLogin && isDecodable && others.length === 0
  return isWhole && !/[#\s\p{Cc}]/u.test(url) && !path.includes('@') ? undefined : form
}

export function urlHasDatabase(url: string): boolean {
  return /^[^?]*\/\/[^/?]+\/[^?]/.test(url)
}
