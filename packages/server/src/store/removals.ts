/** The `removals` table: users and clients that are gone, for as long as a token of theirs may be out. */
import type { Kysely } from 'kysely'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { RemovalRow, Schema } from './schema.ts'

export interface RemovalsTable {
  /** Forgets a batch of those from before `time`: answers how many, and 0 when nothing is left. */
  readonly removeBefore: (time: number) => Promise<number>
}

export function removalsTable({ db }: Connection): RemovalsTable {
  return {
    removeBefore: async (time) => {
      const old = db.selectFrom('removals').select(['kind', 'id']).where('removed_at', '<', time).limit(batchSize)
      return countRemoved(
        await db
          .deleteFrom('removals')
          // Somebody of the same id may have been removed again meanwhile.
          .where('removed_at', '<', time)
          .where(({ eb, refTuple }) => eb(refTuple('kind', 'id'), 'in', old.$asTuple('kind', 'id')))
          .execute(),
      )
    },
  }
}

/** Notes that a user or a client was removed: in the transaction that removes them. */
export async function noteRemoval(
  db: Kysely<Schema>,
  kind: RemovalRow['kind'],
  id: string,
  now: number,
): Promise<void> {
  await db
    .insertInto('removals')
    .values({ kind, id, removed_at: now })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet({ removed_at: now }))
    .execute()
}
