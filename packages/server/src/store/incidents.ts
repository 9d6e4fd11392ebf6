/**
 * The `incidents` table: codes and refresh tokens that were used twice, and floods of wrong secrets. Each is named by the request that was rejected.
 */
import type { Incident } from '../domain/incident.ts'
import type { Connection } from './connection.ts'
import type { IncidentRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface IncidentsTable {
  readonly insert: (incident: Incident) => Promise<void>
  /** By the id of the request that was rejected. */
  readonly find: (requestId: string) => Promise<Incident | undefined>
  /** Those since `time`, newest first. */
  readonly list: (time: number, max: number) => Promise<readonly Incident[]>
  /** Removes at most `max` of what happened before `time`. Returns how many: 0 when none is left. */
  readonly removeBefore: (time: number, max: number) => Promise<number>
  /**
   * Removes at most `max` of the floods, which are those in which no grant was revoked, and keeps about the `limit` newest. Returns how many were
   * removed: 0 when none is left.
   */
  readonly pruneFloods: (limit: number, max: number) => Promise<number>
}

const columns = [
  'id',
  'kind',
  'grant_id',
  'client_id',
  'user_id',
  'first',
  'second',
  'happened_at',
] as const satisfies readonly (keyof IncidentRow)[]

const insert = statement('incidents.insert', (db, p: Placeholders<IncidentRow>) =>
  db.insertInto('incidents').values(placed(p, columns)),
)

const byId = statement('incidents.find', (db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('incidents').select(columns).where('id', '=', p.id),
)

const list = statement('incidents.list', (db, p: Placeholders<{ time: number; max: number }>) =>
  db
    .selectFrom('incidents')
    .select(columns)
    .where('happened_at', '>=', p.time)
    .orderBy('happened_at', 'desc')
    .orderBy('id')
    .limit(p.max),
)

const removeBefore = statement('incidents.removeBefore', (db, p: Placeholders<{ time: number; max: number }>) => {
  const old = db.selectFrom('incidents').select('id').where('happened_at', '<', p.time).limit(p.max)
  return db.deleteFrom('incidents').where('happened_at', '<', p.time).where('id', 'in', old)
})

/** The time of the newest flood that is not among the `limit` newest. */
const newestFloodBeyond = statement('incidents.newestFloodBeyond', (db, p: Placeholders<{ limit: number }>) =>
  db
    .selectFrom('incidents')
    .select('happened_at')
    .where('grant_id', '=', '')
    .orderBy('happened_at', 'desc')
    .offset(p.limit)
    .limit(1),
)

const removeFloodsUntil = statement(
  'incidents.removeFloodsUntil',
  (db, p: Placeholders<{ time: number; max: number }>) => {
    const old = db.selectFrom('incidents').select('id').where('grant_id', '=', '').where('happened_at', '<=', p.time)
    return db.deleteFrom('incidents').where('id', 'in', old.limit(p.max))
  },
)

export function incidentsTable({ read, write }: Connection): IncidentsTable {
  return {
    insert: async (incident) => {
      await write(insert, toRow(incident))
    },
    find: async (id) => {
      const [row] = await read(byId, { id })
      return row && fromRow(row)
    },
    list: async (time, max) => (await read(list, { time, max })).map(fromRow),
    removeBefore: (time, max) => write(removeBefore, { time, max }),
    pruneFloods: async (limit, max) => {
      const [newest] = await read(newestFloodBeyond, { limit })
      return newest ? await write(removeFloodsUntil, { time: newest.happened_at, max }) : 0
    },
  }
}

function toRow({ kind, grantId, clientId, userId, first, second }: Incident): IncidentRow {
  return {
    id: second.requestId,
    kind,
    grant_id: grantId,
    client_id: clientId,
    user_id: userId,
    first: JSON.stringify(first),
    second: JSON.stringify(second),
    happened_at: second.happenedAt,
  }
}

function fromRow(row: IncidentRow): Incident {
  return {
    kind: row.kind,
    grantId: row.grant_id,
    clientId: row.client_id,
    userId: row.user_id,
    // Both were written above as JSON of RequestFacts.
    first: JSON.parse(row.first),
    second: JSON.parse(row.second),
  }
}
