/** Cancels a move that has not finished: the source stops recording its changes. */
import { StoreError } from '../errors.ts'
import { stopLogging } from './change-log.ts'
import { inLocked } from './in-transaction.ts'
import { movedTo, readRecords, removeRecord } from './records.ts'
import { withSource } from './sides.ts'

/** Returns the name of the target, which keeps its part of the data. @throws StoreError `moved`, `unmovable` */
export async function cancelMove(from: string): Promise<string> {
  return await withSource(from, async (side) =>
    inLocked(side, 'access exclusive', async (db) => {
      const { source } = await readRecords(db)
      if (source === undefined) throw new StoreError('unmovable', 'No move from this database has begun.')
      if (source.finishedAt !== null) throw movedTo(source)
      await stopLogging(db, side.connection.kind)
      await removeRecord(db, 'source')
      return source.other
    }),
  )
}
