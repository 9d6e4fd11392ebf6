/**
 * Rows that have had their time are removed in batches, so that others may write in between. Where a row can be given more
 * time, the condition stands twice, in what chooses the rows and in what removes them: then it is looked at again.
 */
import type { DeleteResult } from 'kysely'

/** Rows that one statement removes at most. */
export const batchSize = 5000

/** How many rows a batch removed: 0 when nothing is left. */
export function countRemoved(results: readonly DeleteResult[]): number {
  return results.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0)
}
