/** Repeats what PostgreSQL has rolled back for a reason that is gone at the next attempt. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../environment.ts'

const maxRetries = 3

/**
 * Milliseconds before the first retry, on average; before each later one as much more. PostgreSQL rolls back one of two transactions, and the other
 * one ends meanwhile.
 */
const pauseMs = 10

/** serialization_failure, deadlock_detected. Not lock_not_available: that has waited long enough (`databaseLockTimeout`). */
const conflicts: ReadonlySet<unknown> = new Set(['40001', '40P01'])

/** `run`: a transaction, or a statement that is one. @throws what the last attempt throws */
export async function retryUndone<Result>(run: () => Promise<Result>, random: Random): Promise<Result> {
  for (let retries = 0; ; retries++) {
    try {
      return await run()
    } catch (error) {
      const isGone = isConflict(error) || isStalePlan(error) || isOtherSession(error)
      if (!isGone || retries === maxRetries) throw error
    }
    await sleep(pauseBefore(retries, random))
  }
}

/** Milliseconds. Two transactions that were rolled back together must not meet again at the same moment. @internal */
export function pauseBefore(retries: number, random: Random): number {
  const [byte = 0] = random.bytes(1)
  return pauseMs * (retries + 1) * (0.5 + byte / 256)
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && conflicts.has(error.code)
}

/** invalid_sql_statement_name, duplicate_prepared_statement. */
const namesDiffer: ReadonlySet<unknown> = new Set(['26000', '42P05'])

/**
 * The session lacks the prepared statements that the driver expects: an undetected pooler has put another session in its place, or has run
 * `discard all`.
 */
export function isOtherSession(error: unknown): boolean {
  return error instanceof Error && 'code' in error && namesDiffer.has(error.code)
}

/**
 * A session refuses a statement when the types of its columns have changed since it was prepared, which a migration may do while the process runs:
 * "cached plan must not change result type". Its code alone has other meanings, and its message is translated.
 */
export function isStalePlan(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '0A000' &&
    'routine' in error &&
    error.routine === 'RevalidateCachedQuery'
  )
}
