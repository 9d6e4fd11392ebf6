/** Processes on one database that serve different issuers: each rejects the tokens and the codes of the other (docs/decisions/0114). */
import type { Config } from '../config/options.ts'
import type { Clock, Log } from '../environment.ts'
import type { TimeSpan } from '../store/issuers.ts'
import type { Store } from '../store/open.ts'

/** Seconds. A process notes its issuer once a minute, and a busy one may be late. */
const seenRecently = 150
/** Seconds that an issuer which nobody serves is stored. */
const retention = 24 * 3600

/** When the issuers were seen that are served at `now`. What was seen later is of a clock that was ahead: who serves it notes it again. */
export function recently(now: number): TimeSpan {
  return { after: now - seenRecently, until: now + seenRecently }
}

/** Notes the own issuer, and logs those of other processes. Called once a minute. */
export type CompareIssuers = () => Promise<void>

/** Issuers that were seen only before the first call are not logged: their processes may have stopped since, such as at a change of ISSUER. */
export function createCompareIssuers({
  config: { issuer },
  store: { issuers },
  now: clock,
  log,
}: {
  readonly config: Pick<Config, 'issuer'>
  readonly store: Pick<Store, 'issuers'>
  readonly now: Clock
  readonly log: Log
}): CompareIssuers {
  let startedAt: number | undefined
  return async () => {
    const now = Math.floor(clock())
    const { after, until } = recently(now)
    // The clock may have been set back since.
    startedAt = Math.min(startedAt ?? now, now)
    await issuers.see(issuer, now)
    await issuers.removeOutside({ after: now - retention, until })
    const others = await issuers.others(issuer, { after: Math.max(startedAt, after), until })
    if (others.length > 0) log.warn({ issuer, others }, otherIssuersProblem(others))
  }
}

export function otherIssuersProblem(others: readonly string[]): string {
  return `Other processes on this database serve ${others.join(', ')}: each issuer rejects the tokens and codes of the other. Give all processes the same ISSUER, or each issuer a database of its own`
}
