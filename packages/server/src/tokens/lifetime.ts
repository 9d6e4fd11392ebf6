/** How long tokens live, in seconds. */
import type { Config } from '../config/options.ts'

/** An ID token is read right after it was issued; its session lives on without it. */
export const idTokenLifetime = 3600

/** Seconds that clocks of other machines may be behind: what has ended by ours is told of for so much longer. */
export const clockAllowance = 60

/** After this, no token is valid that was signed before. */
export function longestTokenLifetime(config: Config): number {
  return Math.max(config.accessTokenLifetime, idTokenLifetime)
}
