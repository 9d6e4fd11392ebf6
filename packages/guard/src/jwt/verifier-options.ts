/** The settings of a verifier, checked once when it is made. */

import { demand, isBetween, isNameOrAbsent, isWhole, requireKnownAndDefined } from '../check-options.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import type { ClaimRules } from './claims.ts'
import type { TokenType } from './header.ts'

/** What `createVerifier` takes. Times are in seconds. */
export interface VerifierOptions {
  /** The keys that tokens may be signed with. With more than one, each needs a `keyId`. */
  readonly keys: readonly VerificationKey[]
  /**
   * - `at+jwt`: access tokens of RFC 9068: `typ` is required, and so are `iss` and `aud` when configured here
   * - `JWT`: access tokens of issuers that do not follow RFC 9068: `typ` is "JWT" or absent; `iss` and `aud` are required when
   *   configured here. An ID token has that `typ` too: only `aud` tells the two apart.
   * - `tutorial`: the same, but `iss` and `aud` are compared only when the token has them, as the tutorial's tokens have neither.
   *   Give such a verifier keys that sign nothing else.
   */
  readonly type: TokenType
  /**
   * The issuer that `iss` must equal.
   * @default any issuer that has one of the keys
   */
  readonly issuer?: string
  /**
   * The resource server's own identifier, which `aud` must contain. Leave it out only where the caller compares `aud` itself.
   * @default any audience
   */
  readonly audience?: string
  /**
   * How far `nbf` and `iat` may lie ahead of the clock, at most 60. `exp` gets no tolerance.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * The most characters a token may have; checked before anything is decoded.
   * @default 16384
   */
  readonly maxTokenLength?: number
  /**
   * How far `exp` may lie ahead of the clock.
   * @default 315360000 (ten years)
   */
  readonly maxLifetime?: number
  /**
   * How many verified tokens are remembered: 0 for none, or at least 2. Tokens over 4096 characters never are.
   * @default 10000
   */
  readonly cacheSize?: number
  /**
   * Answers the time in seconds since the epoch; fractions are fine.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
}

/** The same settings, complete. The keys are kept apart, since they can be replaced. */
export interface VerifierConfig extends ClaimRules {
  readonly maxTokenLength: number
  readonly cacheSize: number
  readonly now: () => number
}

const knownOptions: readonly (keyof VerifierOptions)[] = [
  'keys',
  'type',
  'issuer',
  'audience',
  'clockTolerance',
  'maxTokenLength',
  'maxLifetime',
  'cacheSize',
  'now',
]

const tenYears = 10 * 365 * 24 * 60 * 60
const mostCached = 10_000_000

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError naming the field and the fix
 */
export function resolveOptions(options: VerifierOptions): VerifierConfig {
  requireKnownAndDefined(options, knownOptions, 'createVerifier')
  const { type, issuer, audience, clockTolerance = 30, maxTokenLength = 16_384 } = options
  const { maxLifetime = tenYears, cacheSize = 10_000, now = () => Date.now() / 1000 } = options

  demand(type === 'at+jwt' || type === 'JWT' || type === 'tutorial', "type must be 'at+jwt', 'JWT' or 'tutorial'")
  demand(isNameOrAbsent(issuer), 'issuer must be a text that is not empty')
  demand(isNameOrAbsent(audience), 'audience must be a text that is not empty')
  demand(isBetween(clockTolerance, 0, 60), 'clockTolerance must be 0 to 60 seconds')
  demand(isWhole(maxTokenLength) && maxTokenLength > 0, 'maxTokenLength must be a whole number of characters above 0')
  demand(isBetween(maxLifetime, 1, Number.MAX_SAFE_INTEGER), 'maxLifetime must be at least 1 second')
  demand(
    isWhole(cacheSize) && (cacheSize === 0 || isBetween(cacheSize, 2, mostCached)),
    `cacheSize must be 0 (no cache) or a whole number from 2 to ${mostCached}`,
  )
  demand(typeof now === 'function', 'now must be a function that answers seconds since the epoch')
  const audiences = audience === undefined ? undefined : [audience]
  return Object.freeze({ type, issuer, audiences, clockTolerance, maxTokenLength, maxLifetime, cacheSize, now })
}
