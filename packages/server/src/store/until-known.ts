/** Finds the outcome of a transaction whose connection was lost while it committed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSilent } from './answer-in-time.ts'
import { problemOf } from './database-problem.ts'

/** Milliseconds between the attempts. A lost connection is replaced at once, a database that was restarted takes a second. */
const pausesMs = [0, 200, 800]

/**
 * Repeats a transaction whose outcome is not known. The transaction itself must notice that its first attempt was kept, and then succeed.
 * @throws what the last attempt throws
 */
export async function untilKnown<Result>(transact: () => Promise<Result>): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await transact()
    } catch (error) {
      // The request has waited for seconds by now. One more attempt, on another connection, shows whether the database responds.
      if (error instanceof DatabaseSilent) break
      if (problemOf(error) !== 'unreachable') throw error
    }
    await sleep(pauseMs)
  }
  return await transact()
}
