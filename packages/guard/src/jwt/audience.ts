/** Compares `aud` (RFC 7519 §4.1.3) with the resource server's own identifier. */

const maxAudiences = 100

/**
 * The spellings of this audience. An identifier that is only an origin has two, with and without the slash at the end:
 * `new URL('https://api.example.com').href` ends with one, so clients send either as `resource` (RFC 8707). Others have one.
 */
export function spellingsOf(audience: string): readonly string[] {
  const [, origin] = /^(https?:\/\/[^/?#\\]+)\/?$/.exec(audience) ?? []
  return origin === undefined ? [audience] : [origin, `${origin}/`]
}

/** The members of `aud`: one string, or an array of them (RFC 7519 §4.1.3); `undefined` for anything else. */
export function readAudiences(audience: unknown): readonly string[] | undefined {
  if (typeof audience === 'string') return [audience]
  if (!Array.isArray(audience) || audience.length > maxAudiences) return undefined
  return audience.every((member) => typeof member === 'string') ? audience : undefined
}
