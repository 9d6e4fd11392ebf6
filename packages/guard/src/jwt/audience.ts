/** Compares `aud` (RFC 7519 §4.1.3), or what takes its place, with the resource server's own identifier. */
import { demand, demandName, isPlain, requireKnownAndDefined } from '../check-options.ts'

/** Whom tokens of issuers without `aud` are for: a claim, and the values of which it must have one. */
export interface AudienceClaim {
  /** Such as `client_id`. A string, or an array of them. */
  readonly claim: string
  /** Compared exactly. */
  readonly values: readonly string[]
}

const maxAudiences = 100

/**
 * The spellings of this audience. An identifier that is only an origin has two, with and without the slash at the end:
 * `new URL('https://api.example.com').href` ends with one, so clients send either as `resource` (RFC 8707). Others have one.
 */
export function spellingsOf(audience: string): readonly string[] {
  const [, origin] = /^(https?:\/\/[^/?#\\]+)\/?$/.exec(audience) ?? []
  return origin === undefined ? [audience] : [origin, `${origin}/`]
}

/** @param spell returns the accepted spellings of an audience @throws TypeError with the name of the option and the fix */
export function resolveAudience(
  audience: string | AudienceClaim | undefined,
  spell: (audience: string) => readonly string[],
): AudienceClaim | undefined {
  if (!isPlain(audience)) {
    demandName(audience, 'audience')
    return audience === undefined ? undefined : { claim: 'aud', values: spell(audience) }
  }
  requireKnownAndDefined(audience, ['claim', 'values'], 'audience')
  const { claim = '', values = [] } = audience
  demandName(claim, 'audience.claim')
  // Spread, since every() skips holes.
  const copy = Array.isArray(values) ? [...values] : []
  demand(copy.length > 0 && copy.every(isText), 'audience.values must be an array of at least one non-empty string')
  return { claim, values: copy }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** The members of `aud`: one string, or an array of them (RFC 7519 §4.1.3); `undefined` for anything else. */
export function readAudiences(audience: unknown): readonly string[] | undefined {
  if (typeof audience === 'string') return [audience]
  if (!Array.isArray(audience) || audience.length > maxAudiences) return undefined
  return audience.every((member) => typeof member === 'string') ? audience : undefined
}
