/** The settings of `explain`: those of the guard whose decision it explains. */
import { demand, requireKnownAndDefined } from '../check-options.ts'
import { resolveAudience, spellingsOf } from '../jwt/audience.ts'
import type { TokenRules } from '../jwt/checks.ts'
import type { TokenType } from '../jwt/header.ts'
import { resolveVerifierOptions, type VerifierOptions } from '../jwt/verifier-options.ts'
import { requireFitKeys } from '../keys/fit-keys.ts'
import type { FitKey, VerificationKey } from '../keys/verification-key.ts'
import { isScope } from '../scope.ts'
import { createScopeExpander, type ScopeHierarchy } from '../scope-hierarchy.ts'

/** What `explain` takes. Times are in seconds. */
export interface ExplainSettings extends Partial<Omit<VerifierOptions, 'keys' | 'type' | 'cacheSize'>> {
  /**
   * The keys that sign tokens. With more than one, each needs a `keyId`.
   * @default none: the signature is not checked, and no token passes
   */
  readonly keys?: readonly VerificationKey[]
  /**
   * As in `createVerifier`.
   * @default 'at+jwt'
   */
  readonly type?: TokenType
  /**
   * The scopes that a route requires.
   * @default none
   */
  readonly scopes?: readonly string[]
  /**
   * Scopes that include others, as in `createGuard`.
   * @default {}
   */
  readonly scopeHierarchy?: ScopeHierarchy
}

export interface ExplainConfig extends Omit<TokenRules, 'keys'> {
  /** Seconds since the epoch. The same for all checks. */
  readonly time: number
  readonly keys: readonly FitKey[] | undefined
  readonly scopes: readonly string[]
  /** Adds the included scopes. */
  readonly expand: (scopes: readonly string[]) => readonly string[]
}

const knownSettings: readonly (keyof ExplainSettings)[] = [
  'keys',
  'type',
  'issuer',
  'audience',
  'scopeClaim',
  'scopes',
  'scopeHierarchy',
  'clockTolerance',
  'maxTokenLength',
  'maxLifetime',
  'now',
]

/**
 * Checks the settings and fills in the defaults.
 *
 * @throws TypeError with the name of the setting and the fix
 */
export function resolveSettings(settings: ExplainSettings): ExplainConfig {
  requireKnownAndDefined(settings, knownSettings, 'explain')
  const { keys, type = 'at+jwt', scopes = [], scopeHierarchy = {}, ...others } = settings
  const { cacheSize, now, ...rules } = resolveVerifierOptions({ ...others, type, keys: keys ?? [] })
  // Spread, since every() skips holes.
  demand(Array.isArray(scopes) && [...scopes].every(isScope), 'scopes must be an array of scope tokens')
  const time = now()
  return {
    ...rules,
    // As in createGuard: an origin has two spellings.
    audience: resolveAudience(settings.audience, spellingsOf),
    time,
    now: () => time,
    keys: keys === undefined ? undefined : requireFitKeys(keys),
    scopes,
    expand: createScopeExpander(scopeHierarchy),
  }
}
