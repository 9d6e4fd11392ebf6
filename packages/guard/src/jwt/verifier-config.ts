/** The settings that a guard, a verifier and `explain` have in common, checked once. */
import { demand, demandName, demandSeconds, isBetween, isWhole } from '../check-options.ts'
import { type AudienceClaim, resolveAudience } from './audience.ts'
import type { ClaimRules } from './claims.ts'
import type { TokenType } from './header.ts'

/** The settings after checks and defaults. Without the keys, which can be replaced. */
export interface VerifierConfig extends ClaimRules {
  readonly maxTokenLength: number
  readonly cacheSize: number
}

/** The settings as given; `GuardOptions` and `VerifierOptions` document them. */
export interface VerifierSettings {
  readonly issuer?: string
  readonly audience?: string | AudienceClaim
  readonly scopeClaim?: string
  readonly clockTolerance?: number
  readonly maxTokenLength?: number
  readonly maxLifetime?: number
  readonly cacheSize?: number
  readonly now?: () => number
}

const tenYears = 10 * 365 * 24 * 60 * 60
const maxCacheSize = 10_000_000

/**
 * Checks the settings and fills in the defaults.
 *
 * @param spell returns the accepted spellings of an audience
 * @throws TypeError with the name of the setting and the fix
 */
export function resolveSettings(
  type: TokenType,
  settings: VerifierSettings,
  spell: (audience: string) => readonly string[] = exactly,
): VerifierConfig {
  const { issuer, audience: given, scopeClaim, clockTolerance = 30, maxTokenLength = 16_384 } = settings
  const { maxLifetime = tenYears, cacheSize = 10_000, now = () => Date.now() / 1000 } = settings

  demandName(issuer, 'issuer')
  const audience = resolveAudience(given, spell)
  demandName(scopeClaim, 'scopeClaim')
  demandSeconds(clockTolerance, 'clockTolerance', 0, 60)
  demand(isWhole(maxTokenLength) && maxTokenLength > 0, 'maxTokenLength must be a whole number of characters above 0')
  demand(isBetween(maxLifetime, 1, Number.MAX_SAFE_INTEGER), 'maxLifetime must be at least 1 second')
  demand(
    isWhole(cacheSize) && (cacheSize === 0 || isBetween(cacheSize, 2, maxCacheSize)),
    `cacheSize must be 0 (no cache) or a whole number from 2 to ${maxCacheSize}`,
  )
  demand(typeof now === 'function', 'now must be a function')
  return { type, issuer, audience, scopeClaim, clockTolerance, maxTokenLength, maxLifetime, cacheSize, now }
}

function exactly(audience: string): readonly string[] {
  return [audience]
}
