/** The `removals` table: users and clients that are gone, and clients' own tokens that were ended all at once, while one may be out. */

import type { Kysely } from 'kysely'
import { atOnce } from './at-once.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { RemovalRow, Schema } from './schema.ts'

export interface RemovalsTable {
  /** Ends the client's own tokens that were issued until `now`. */
  readonly endOwnTokens: (clientId: string, now: number) => Promise<void>
  /** Whether the client's own tokens that were issued at `time` were ended so. Without a promise where the database answers at once. */
  readonly hasEndedOwn: (clientId: string, time: number) => boolean | Promise<boolean>
  /** Forgets a batch of those from before `time`: answers how many, and 0 when nothing is left. */
  readonly removeBefore: (time: number) => Promise<number>
}

export function removalsTable({ db, read, compiled }: Connection): RemovalsTable {
  return {
    endOwnTokens: (clientId, now) => noteRemoval(db, 'own_tokens', clientId, now),
    hasEndedOwn: (clientId, time) => {
      const query = () =>
        db
          .selectFrom('removals')
          .select('id')
          .where('kind', '=', 'own_tokens')
          .where('id', '=', '')
          .where('removed_at', '>=', 0)
      return atOnce(
        read(compiled('removals.hasEndedOwn', query), ['own_tokens', clientId, time]),
        (rows) => rows.length > 0,
      )
    },
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

/** Notes that a user, a client or its own tokens were removed: in the transaction that removes them. */
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
