/** Work that is done one after the other. When earlier work fails by an outage of the database, what waits behind it fails at once. */
import { isOutage } from '../store/errors.ts'

export interface Turns {
  /** How many wait for their turn, or have it. */
  readonly count: () => number
  /** How many have been queued in total. */
  readonly total: () => number
  /** Does `work` when what came before is done. If earlier work failed by an outage, rejects with that error. */
  readonly take: <Result>(work: () => Promise<Result>) => Promise<Result>
}

interface Line {
  last: Promise<unknown>
  outage?: { readonly error: unknown }
}

export function createTurns(): Turns {
  let line: Line = { last: Promise.resolve() }
  let count = 0
  let total = 0

  function end(failed: Line, error: unknown): void {
    if (failed.outage || !isOutage(error)) return
    failed.outage = { error }
    // Work that is added later tries again.
    line = { last: Promise.resolve() }
  }

  return {
    count: () => count,
    total: () => total,
    take: async (work) => {
      const mine = line
      const turn = mine.last.then(() => {
        if (mine.outage) throw mine.outage.error
        return work()
      })
      mine.last = turn.catch((error: unknown) => end(mine, error))
      count++
      total++
      try {
        return await turn
      } finally {
        count--
      }
    },
  }
}
