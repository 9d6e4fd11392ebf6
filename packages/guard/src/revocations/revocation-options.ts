/** The settings of a guard's `revocations`, checked once when the guard is made. */
import { demand, isBetween, requireKnownAndDefined } from '../check-options.ts'

/** How a guard follows its issuer's revocation feed. Times are in seconds. */
export interface RevocationOptions {
  /**
   * How old the list may be before it is fetched anew, 1 to 3600. While the issuer answers, nothing is decided by a list older
   * than twice that.
   * @default 10
   */
  readonly interval?: number
  /**
   * How long ago the list may have been signed, by the issuer's clock, while no newer one is to be had; then every request is
   * refused with 503. At least 60, since the issuer signs anew what is half a minute old, and four times `interval`.
   * @default never: the last list stays in force, and tokens end by their own `exp`
   */
  readonly failAfter?: number
}

/** The same settings, complete. */
export interface RevocationConfig {
  readonly interval: number
  readonly failAfter: number
}

const knownOptions: readonly (keyof RevocationOptions)[] = ['interval', 'failAfter']

/**
 * Checks the settings and fills in the defaults.
 *
 * @throws TypeError naming the field and the fix
 */
export function resolveRevocationOptions(options: true | RevocationOptions): RevocationConfig {
  const given = options === true ? {} : options
  requireKnownAndDefined(given, knownOptions, 'revocations')
  const { interval = 10, failAfter = Number.POSITIVE_INFINITY } = given
  demand(isBetween(interval, 1, 3600), 'revocations.interval must be 1 to 3600 seconds')
  demand(
    isBetween(failAfter, Math.max(60, 4 * interval), Number.POSITIVE_INFINITY),
    'revocations.failAfter must be at least 60 seconds and four times the interval',
  )
  return { interval, failAfter }
}
