/** Inserts rows of the source into the target. */
import { isOutage, StoreError } from '../errors.ts'
import { type Insertion, insertRows, type Target } from '../insert-rows.ts'

/** @throws StoreError `unmovable` when the database does not take a row */
export async function moveRows(target: Target, insertion: Insertion): Promise<void> {
  try {
    await insertRows(target, insertion)
  } catch (error) {
    if (isOutage(error) || !(error instanceof Error)) throw error
    const message = `The target does not take the rows of ${insertion.table}: ${error.message}. The source goes on as before.`
    throw new StoreError('unmovable', message, { cause: error })
  }
}
