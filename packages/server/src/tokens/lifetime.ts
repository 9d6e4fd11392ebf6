/** How long tokens live, in seconds. */
import type { Config } from '../config/options.ts'

/** Clients read an ID token right after the login. The session does not depend on it. */
export const idTokenLifetime = 3600

/** Seconds that clocks of other machines may be behind: revocations stay published that much longer. */
export const clockAllowance = 60

/** After this time, every token that was signed before has expired. */
export function maxTokenLifetime(config: Config): number {
  return Math.max(config.accessTokenLifetime, idTokenLifetime)
}
