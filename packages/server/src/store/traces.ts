/** The `traces` table: what became of rejected requests, for `countersign why`. */
import type { SelectQueryBuilder } from 'kysely'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { Schema, TraceRow } from './schema.ts'

/** How many traces are kept. */
export interface TraceLimits {
  readonly most: number
  /** Of those, how many may be of unknown paths and methods (404, 405): anyone makes these, in any number. */
  readonly mostUnrouted: number
}

export interface TracesTable {
  readonly insert: (traces: readonly TraceRow[]) => Promise<void>
  readonly find: (requestId: string) => Promise<TraceRow | undefined>
  /**
   * Forgets, oldest first, what happened before `time` and what is beyond the limits. At most 5,000 rows, so that others
   * may write in between: answers how many, and 0 when nothing is left to forget.
   */
  readonly prune: (time: number, limits: TraceLimits) => Promise<number>
}

const unroutedStatus = [404, 405]

type Traces = SelectQueryBuilder<Schema, 'traces', object>

export function tracesTable({ db }: Connection): TracesTable {
  const all = () => db.selectFrom('traces')
  const unrouted = () => db.selectFrom('traces').where('status', 'in', unroutedStatus)

  /** Removes from `traces` what happened at `time` or before. */
  async function remove(traces: Traces, time: number): Promise<number> {
    const oldest = traces.select('request_id').where('happened_at', '<=', time).orderBy('happened_at').limit(batchSize)
    return countRemoved(await db.deleteFrom('traces').where('request_id', 'in', oldest).execute())
  }

  async function removeBeyond(traces: () => Traces, most: number): Promise<number> {
    const newestTooMany = await traces()
      .select('happened_at')
      .orderBy('happened_at', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst()
    return newestTooMany ? await remove(traces(), newestTooMany.happened_at) : 0
  }

  return {
    insert: async (traces) => {
      if (traces.length > 0)
        await db
          .insertInto('traces')
          .values([...traces])
          .execute()
    },
    find: (requestId) => db.selectFrom('traces').selectAll().where('request_id', '=', requestId).executeTakeFirst(),
    // The unrouted ones first: a flood of them takes the place of no other.
    prune: async (time, { most, mostUnrouted }) =>
      (await remove(all(), time - 1)) ||
      (await removeBeyond(unrouted, mostUnrouted)) ||
      (await removeBeyond(all, most)),
  }
}
