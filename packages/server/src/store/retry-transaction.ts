/** Retries a transaction that PostgreSQL has rolled back because of a concurrent one. The next attempt usually succeeds. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transact } from './connection.ts'

const maxRetries = 3

/** Milliseconds; as much again at each retry. PostgreSQL undoes one of two transactions, and the other one ends meanwhile. */
const pauseMs = 10

/** serialization_failure, deadlock_detected. Not lock_not_available: that has waited long enough (`databaseLockTimeout`). */
const conflicts: ReadonlySet<unknown> = new Set(['40001', '40P01'])

export function retryTransaction(transact: Transact): Transact {
  return async (work) => {
    for (let retries = 0; ; retries++) {
      try {
        return await transact(work)
      } catch (error) {
        if (!isConflict(error) || retries === maxRetries) throw error
      }
      await sleep(pauseMs * (retries + 1))
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && conflicts.has(error.code)
}
