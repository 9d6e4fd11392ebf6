/** A bounded number of holders, and a bounded number that wait for them, each for a bounded time. */
import { DatabaseBusy } from './database-busy.ts'

export interface LaneLimits {
  /** How many may hold a place now. */
  readonly places: () => number
  /** How many may wait. */
  readonly maxWaiting: number
  /** Milliseconds. */
  readonly maxWaitMs: number
}

export interface Lane {
  /** Resolves with a place, which must be left. @throws DatabaseBusy */
  readonly enter: () => Promise<void>
  readonly leave: () => void
  /** How many wait for a place. */
  readonly waiting: () => number
}

interface Waiting {
  readonly admit: () => void
  readonly timer: NodeJS.Timeout
}

export function createLane({ places, maxWaiting, maxWaitMs }: LaneLimits): Lane {
  const waiting = new Set<Waiting>()
  let held = 0

  function wait(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      waiting.delete(entry)
      reject(new DatabaseBusy())
    }, maxWaitMs)
    const entry = { admit: resolve, timer }
    waiting.add(entry)
    return promise
  }

  return {
    enter: async () => {
      if (held >= places() && waiting.size >= maxWaiting) throw new DatabaseBusy()
      if (held >= places()) return await wait()
      held++
    },
    leave: () => {
      held--
      // The number of places may have changed meanwhile.
      for (const next of waiting) {
        if (held >= places()) return
        waiting.delete(next)
        clearTimeout(next.timer)
        held++
        next.admit()
      }
    },
    waiting: () => waiting.size,
  }
}
