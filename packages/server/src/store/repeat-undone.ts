/** Repeats a transaction that PostgreSQL has rolled back because of a concurrent one. The next attempt usually succeeds. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transact } from './connection.ts'

const maxRepeats = 3

/** Milliseconds; as much again at each repeat. PostgreSQL undoes one of two transactions, and the other one ends meanwhile. */
const pauseMs = 10

/** serialization_failure, deadlock_detected. Not lock_not_available: that has waited long enough (`databaseLockTimeout`). */
const undone: ReadonlySet<unknown> = new Set(['40001', '40P01'])

export function repeatUndone(transact: Transact): Transact {
  return async (work) => {
    for (let repeats = 0; ; repeats++) {
      try {
        return await transact(work)
      } catch (error) {
        if (!isUndone(error) || repeats === maxRepeats) throw error
      }
      await sleep(pauseMs * (repeats + 1))
    }
  }
}

function isUndone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && undone.has(error.code)
}
