/** Compares `aud` (RFC 7519 §4.1.3) with the resource server's own identifier. */

const mostAudiences = 100

/**
 * The texts that name this audience. An identifier of an origin alone has two spellings, with and without the slash:
 * `new URL('https://api.example.com').href` ends in one, so clients send either as `resource` (RFC 8707). Any other has one.
 */
export function spellingsOf(audience: string): readonly string[] {
  const [, origin] = /^(https?:\/\/[^/?#\\]+)\/?$/.exec(audience) ?? []
  return origin === undefined ? [audience] : [origin, `${origin}/`]
}

/** The members of `aud`: one string, or an array of them (RFC 7519 §4.1.3); `undefined` for anything else. */
export function readAudiences(audience: unknown): readonly string[] | undefined {
  if (typeof audience === 'string') return [audience]
  if (!Array.isArray(audience) || audience.length > mostAudiences) return undefined
  return audience.every((member) => typeof member === 'string') ? audience : undefined
}
