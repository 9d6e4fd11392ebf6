/** Work that is done one after the other. What waits behind an outage of the database shares it, instead of waiting as long again. */
import { isOutage } from '../store/errors.ts'

export interface Turns {
  /** How many have or await their turn. */
  readonly standing: () => number
  /** How many have stood here ever. */
  readonly total: () => number
  /** Does `work` when what came before is done. Rejects with the outage that `work` had to wait behind. */
  readonly take: <Result>(work: () => Promise<Result>) => Promise<Result>
}

interface Line {
  last: Promise<unknown>
  outage?: { readonly error: unknown }
}

export function createTurns(): Turns {
  let line: Line = { last: Promise.resolve() }
  let standing = 0
  let total = 0

  function end(failed: Line, error: unknown): void {
    if (failed.outage || !isOutage(error)) return
    failed.outage = { error }
    // Who comes from now on tries again.
    line = { last: Promise.resolve() }
  }

  return {
    standing: () => standing,
    total: () => total,
    take: async (work) => {
      const mine = line
      const turn = mine.last.then(() => {
        if (mine.outage) throw mine.outage.error
        return work()
      })
      mine.last = turn.catch((error: unknown) => end(mine, error))
      standing++
      total++
      try {
        return await turn
      } finally {
        standing--
      }
    },
  }
}
