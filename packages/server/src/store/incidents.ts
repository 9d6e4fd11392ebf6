/** The `incidents` table: codes and refresh tokens that were used twice. Named by the request that was refused. */
import type { Incident } from '../domain/incident.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { IncidentRow } from './schema.ts'

export interface IncidentsTable {
  readonly insert: (incident: Incident) => Promise<void>
  /** By the id of the request that was refused. */
  readonly find: (requestId: string) => Promise<Incident | undefined>
  /** Those since `time`, newest first. */
  readonly list: (time: number, most: number) => Promise<readonly Incident[]>
  /** Forgets a batch of what happened before `time`: answers how many, and 0 when nothing is left. */
  readonly removeBefore: (time: number) => Promise<number>
}

export function incidentsTable({ db }: Connection): IncidentsTable {
  return {
    insert: async (incident) => {
      await db
        .insertInto('incidents')
        .values({
          id: incident.second.requestId,
          kind: incident.kind,
          grant_id: incident.grantId,
          client_id: incident.clientId,
          user_id: incident.userId,
          first: JSON.stringify(incident.first),
          second: JSON.stringify(incident.second),
          happened_at: incident.second.happenedAt,
        })
        .execute()
    },
    find: async (requestId) => {
      const row = await db.selectFrom('incidents').selectAll().where('id', '=', requestId).executeTakeFirst()
      return row && fromRow(row)
    },
    list: async (time, most) => {
      const rows = await db
        .selectFrom('incidents')
        .selectAll()
        .where('happened_at', '>=', time)
        .orderBy('happened_at', 'desc')
        .orderBy('id')
        .limit(most)
        .execute()
      return rows.map(fromRow)
    },
    removeBefore: async (time) => {
      const ended = db.selectFrom('incidents').select('id').where('happened_at', '<', time).limit(batchSize)
      return countRemoved(
        await db.deleteFrom('incidents').where('happened_at', '<', time).where('id', 'in', ended).execute(),
      )
    },
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
