/** The options of `createVerifier`, checked once when it is made. */
import { demand, requireKnownAndDefined } from '../check-options.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import type { AudienceClaim } from './audience.ts'
import type { TokenType } from './header.ts'
import { resolveSettings, type VerifierConfig } from './verifier-config.ts'

/** What `createVerifier` takes. Times are in seconds. */
export interface VerifierOptions {
  /** The keys that sign tokens. With more than one, each needs a `keyId`. */
  readonly keys: readonly VerificationKey[]
  /**
   * - `at+jwt`: access tokens of RFC 9068: `typ` is required, and `iss` and `aud` when configured here
   * - `JWT`: access tokens of issuers that do not follow RFC 9068: `typ` is "JWT" or absent; `iss` and `aud` are required when
   *   configured here. An ID token has that `typ` too: only `aud` distinguishes the two.
   * - `minimal-jwt`: the same, but `iss` and `aud` are compared only when the token has them: the tutorial's tokens have neither.
   *   The keys of such a verifier must sign nothing else.
   */
  readonly type: TokenType
  /**
   * The issuer that `iss` must equal.
   * @default any issuer with one of the keys
   */
  readonly issuer?: string
  /**
   * The resource server's own identifier, which `aud` must contain. Leave it out only when the caller compares `aud` itself. For issuers
   * without `aud`: another claim, and the values of which it must have one.
   * @default any audience
   */
  readonly audience?: string | AudienceClaim
  /**
   * The claim with the scopes: a string of scopes between spaces, or an array of them.
   * @default 'scope', or without it 'scp'
   */
  readonly scopeClaim?: string
  /**
   * How far `nbf` and `iat` may be ahead of the clock, at most 60. `exp` has no tolerance.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * The maximum number of characters of a token; checked before anything is decoded.
   * @default 16384
   */
  readonly maxTokenLength?: number
  /**
   * How far `exp` may be ahead of the clock.
   * @default 315360000 (ten years)
   */
  readonly maxLifetime?: number
  /**
   * How many verified tokens are cached: 0 for none, or at least 2. Tokens over 4096 characters are never cached.
   * @default 10000
   */
  readonly cacheSize?: number
  /**
   * Returns the time in seconds since the epoch; may have fractions.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
}

const knownOptions: readonly (keyof VerifierOptions)[] = [
  'keys',
  'type',
  'issuer',
  'audience',
  'scopeClaim',
  'clockTolerance',
  'maxTokenLength',
  'maxLifetime',
  'cacheSize',
  'now',
]

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError with the name of the option and the fix
 */
export function resolveVerifierOptions(options: VerifierOptions): VerifierConfig {
  requireKnownAndDefined(options, knownOptions, 'createVerifier')
  const { type } = options
  demand(type === 'at+jwt' || type === 'JWT' || type === 'minimal-jwt', "type must be 'at+jwt', 'JWT' or 'minimal-jwt'")
  return resolveSettings(type, options)
}
