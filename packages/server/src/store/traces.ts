/** The `traces` table: what happened in rejected requests, for `countersign why`. */
import type { Step } from '../trace/trace.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import type { TraceRow } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

export interface StoredTrace {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly reason: string
  readonly steps: readonly Step[]
  readonly happenedAt: number
}

/** How many traces are kept. */
export interface TraceLimits {
  readonly max: number
  /** How many of those may be of unknown paths and methods (404, 405): anyone can cause these, in any number. */
  readonly maxUnrouted: number
}

export interface TracesTable {
  readonly insert: (traces: readonly StoredTrace[]) => Promise<void>
  readonly find: (requestId: string) => Promise<StoredTrace | undefined>
  /**
   * Removes, oldest first, at most `max` rows of what happened before `time` and of what is beyond the limits. Returns how many: 0 when none is
   * left to remove.
   */
  readonly prune: (time: number, limits: TraceLimits, max: number) => Promise<number>
}

const columns = [
  'request_id',
  'method',
  'path',
  'status',
  'reason',
  'steps',
  'happened_at',
] as const satisfies readonly (keyof TraceRow)[]

const unroutedStatus = [404, 405]

const insert = insertMany('traces.insert', 'traces', columns)

const byId = statement('traces.find', (db, p: Placeholders<{ requestId: string }>) =>
  db.selectFrom('traces').select(columns).where('request_id', '=', p.requestId),
)

/** Removes what happened at `time` or before. */
const removeUntil = statement('traces.removeUntil', (db, p: Placeholders<{ time: number; max: number }>) => {
  const old = db.selectFrom('traces').where('happened_at', '<=', p.time)
  return db.deleteFrom('traces').where('request_id', 'in', old.select('request_id').orderBy('happened_at').limit(p.max))
})

const removeUnroutedUntil = statement(
  'traces.removeUnroutedUntil',
  (db, p: Placeholders<{ time: number; max: number }>) => {
    const old = db.selectFrom('traces').where('status', 'in', unroutedStatus).where('happened_at', '<=', p.time)
    return db
      .deleteFrom('traces')
      .where('request_id', 'in', old.select('request_id').orderBy('happened_at').limit(p.max))
  },
)

/** When the newest trace happened of those beyond the `limit` newest. */
const newestBeyond = statement('traces.newestBeyond', (db, p: Placeholders<{ limit: number }>) =>
  db.selectFrom('traces').select('happened_at').orderBy('happened_at', 'desc').offset(p.limit).limit(1),
)

const newestUnroutedBeyond = statement('traces.newestUnroutedBeyond', (db, p: Placeholders<{ limit: number }>) =>
  db
    .selectFrom('traces')
    .select('happened_at')
    .where('status', 'in', unroutedStatus)
    .orderBy('happened_at', 'desc')
    .offset(p.limit)
    .limit(1),
)

export function tracesTable(connection: Connection): TracesTable {
  const { read, write } = connection

  async function pruneUnrouted(limit: number, max: number): Promise<number> {
    const [newest] = await read(newestUnroutedBeyond, { limit })
    return newest ? await write(removeUnroutedUntil, { time: newest.happened_at, max }) : 0
  }

  async function pruneAll(limit: number, max: number): Promise<number> {
    const [newest] = await read(newestBeyond, { limit })
    return newest ? await write(removeUntil, { time: newest.happened_at, max }) : 0
  }

  return {
    insert: (traces) => insert(connection, traces.map(toRow)),
    find: async (requestId) => {
      const [row] = await read(byId, { requestId })
      return row && fromRow(row)
    },
    // The unrouted ones first: a flood of them pushes out no other trace.
    prune: async (time, limits, max) =>
      (await write(removeUntil, { time: time - 1, max })) ||
      (await pruneUnrouted(limits.maxUnrouted, max)) ||
      (await pruneAll(limits.max, max)),
  }
}

function toRow(trace: StoredTrace): TraceRow {
  return {
    request_id: trace.requestId,
    method: trace.method,
    path: trace.path,
    status: trace.status,
    reason: trace.reason,
    steps: JSON.stringify(trace.steps),
    happened_at: trace.happenedAt,
  }
}

function fromRow(row: TraceRow): StoredTrace {
  return {
    requestId: row.request_id,
    method: row.method,
    path: row.path,
    status: row.status,
    reason: row.reason,
    // Written above.
    steps: JSON.parse(row.steps),
    happenedAt: row.happened_at,
  }
}
