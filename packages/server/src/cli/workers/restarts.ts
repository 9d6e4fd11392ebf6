/** When a worker that has died is started again. One that dies again and again must not take the machine from the others. */

/** Milliseconds of serving after which a death is the first one again. */
const settledMs = 60_000
const firstPauseMs = 1000
const maxPauseMs = 10_000

/** How many times in succession a worker has died, after one that had served for `servedMs`. */
export function countDeaths(before: number, servedMs: number): number {
  return servedMs >= settledMs ? 1 : before + 1
}

/** Milliseconds before the next start. The first death costs none. */
export function pauseAfter(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(firstPauseMs * 2 ** (deaths - 2), maxPauseMs)
}
