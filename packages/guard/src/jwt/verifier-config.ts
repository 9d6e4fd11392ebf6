/** What tokens are verified by: the settings that a guard, a verifier and `explain` have in common, checked once. */
import { demand, demandName, isBetween, isWhole } from '../check-options.ts'
import type { ClaimRules } from './claims.ts'
import type { TokenType } from './header.ts'

/** The settings, complete. The keys are kept apart, since they can be replaced. */
export interface VerifierConfig extends ClaimRules {
  readonly maxTokenLength: number
  readonly cacheSize: number
  readonly now: () => number
}

/** As they are given; what each means is told where it can be. */
export interface VerifierSettings {
  readonly issuer?: string
  readonly audience?: string
  readonly clockTolerance?: number
  readonly maxTokenLength?: number
  readonly maxLifetime?: number
  readonly cacheSize?: number
  readonly now?: () => number
}

const tenYears = 10 * 365 * 24 * 60 * 60
const mostCached = 10_000_000

/**
 * Checks the settings and fills in the defaults.
 *
 * @throws TypeError naming the field and the fix
 */
export function resolveSettings(type: TokenType, settings: VerifierSettings): VerifierConfig {
  const { issuer, audience, clockTolerance = 30, maxTokenLength = 16_384 } = settings
  const { maxLifetime = tenYears, cacheSize = 10_000, now = () => Date.now() / 1000 } = settings

  demandName(issuer, 'issuer')
  demandName(audience, 'audience')
  demand(isBetween(clockTolerance, 0, 60), 'clockTolerance must be 0 to 60 seconds')
  demand(isWhole(maxTokenLength) && maxTokenLength > 0, 'maxTokenLength must be a whole number of characters above 0')
  demand(isBetween(maxLifetime, 1, Number.MAX_SAFE_INTEGER), 'maxLifetime must be at least 1 second')
  demand(
    isWhole(cacheSize) && (cacheSize === 0 || isBetween(cacheSize, 2, mostCached)),
    `cacheSize must be 0 (no cache) or a whole number from 2 to ${mostCached}`,
  )
  demand(typeof now === 'function', 'now must be a function that answers seconds')
  const audiences = audience === undefined ? undefined : [audience]
  return { type, issuer, audiences, clockTolerance, maxTokenLength, maxLifetime, cacheSize, now }
}
