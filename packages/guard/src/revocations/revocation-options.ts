/** The options of a guard's `revocations`, checked once when the guard is made. */
import { demand, demandSeconds, isBetween, requireKnownAndDefined } from '../check-options.ts'

/** How a guard follows its issuer's revocation feed. Times are in seconds. */
export interface RevocationOptions {
  /**
   * The age at which the list is fetched again, 1 to 3600. While the issuer is available, no decision uses a list that is older than
   * twice that.
   * @default 10
   */
  readonly interval?: number
  /**
   * The maximum time since the list was signed, by the issuer's clock, while no newer one is available; after it, every request gets
   * 503. At least 60, since the issuer signs the list again every half minute, and at least four times `interval`.
   * @default unlimited: the last list stays in force, and tokens expire by their own `exp`
   */
  readonly failAfter?: number
}

/** The options after checks and defaults. */
export interface RevocationConfig {
  readonly interval: number
  readonly failAfter: number
}

const knownOptions: readonly (keyof RevocationOptions)[] = ['interval', 'failAfter']

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError with the name of the option and the fix
 */
export function resolveRevocationOptions(options: true | RevocationOptions): RevocationConfig {
  const given = options === true ? {} : options
  requireKnownAndDefined(given, knownOptions, 'revocations')
  const { interval = 10, failAfter = Number.POSITIVE_INFINITY } = given
  demandSeconds(interval, 'revocations.interval', 1, 3600)
  demand(
    isBetween(failAfter, Math.max(60, 4 * interval), Number.POSITIVE_INFINITY),
    'revocations.failAfter must be at least 60 seconds and four times the interval',
  )
  return { interval, failAfter }
}
