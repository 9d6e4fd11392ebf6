/** The settings of `explain`: those of the guard that is asked about. */
import { demand, requireKnownAndDefined } from '../check-options.ts'
import type { ClaimRules } from '../jwt/claims.ts'
import type { TokenType } from '../jwt/header.ts'
import { resolveOptions, type VerifierOptions } from '../jwt/verifier-options.ts'
import { createKeySet, type KeySet, type VerificationKey } from '../keys/verification-key.ts'
import { parseScope } from '../scope.ts'

/** What `explain` takes. Times are in seconds. */
export interface ExplainSettings extends Partial<Omit<VerifierOptions, 'keys' | 'type' | 'cacheSize'>> {
  /**
   * The keys that tokens may be signed with. With more than one, each needs a `keyId`.
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
}

export interface ExplainConfig extends ClaimRules {
  readonly maxTokenLength: number
  /** Seconds since the epoch. The same for all checks. */
  readonly time: number
  readonly keys: KeySet | undefined
  readonly scopes: readonly string[]
}

const knownSettings: readonly (keyof ExplainSettings)[] = [
  'keys',
  'type',
  'issuer',
  'audience',
  'scopes',
  'clockTolerance',
  'maxTokenLength',
  'maxLifetime',
  'now',
]

/**
 * Checks the settings and fills in the defaults.
 *
 * @throws TypeError naming the setting and the fix
 */
export function resolveSettings(settings: ExplainSettings): ExplainConfig {
  requireKnownAndDefined(settings, knownSettings, 'explain')
  const { keys, type = 'at+jwt', scopes = [], ...others } = settings
  const { cacheSize, now, ...rules } = resolveOptions({ ...others, type, keys: keys ?? [] })
  demand(
    Array.isArray(scopes) && scopes.every((scope) => parseScope(scope)?.[0] === scope),
    'scopes must be an array of scope tokens',
  )
  return { ...rules, time: now(), keys: keys === undefined ? undefined : createKeySet(keys), scopes }
}
