/** The `traces` table: what became of rejected requests, for `countersign why`. */
import type { Connection } from './connection.ts'
import type { TraceRow } from './schema.ts'

export interface TracesTable {
  readonly insert: (traces: readonly TraceRow[]) => Promise<void>
  readonly find: (requestId: string) => Promise<TraceRow | undefined>
  /** Forgets what happened before `time` and all but the newest `most`. */
  readonly prune: (time: number, most: number) => Promise<void>
}

export function tracesTable({ db }: Connection): TracesTable {
  return {
    insert: async (traces) => {
      if (traces.length > 0)
        await db
          .insertInto('traces')
          .values([...traces])
          .execute()
    },
    find: (requestId) => db.selectFrom('traces').selectAll().where('request_id', '=', requestId).executeTakeFirst(),
    prune: async (time, most) => {
      await db.deleteFrom('traces').where('happened_at', '<', time).execute()
      const oldest = await db
        .selectFrom('traces')
        .select('happened_at')
        .orderBy('happened_at', 'desc')
        .offset(most)
        .limit(1)
        .executeTakeFirst()
      if (oldest) await db.deleteFrom('traces').where('happened_at', '<=', oldest.happened_at).execute()
    },
  }
}
