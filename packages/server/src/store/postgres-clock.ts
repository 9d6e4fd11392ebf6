/** PostgreSQL's clock: the one that all processes on the database share. */
import { type Kysely, sql } from 'kysely'
import { followClock } from '../clock/database-clock.ts'
import { type SharedClock, uptime } from '../environment.ts'
import type { Schema } from './schema.ts'

export function postgresClock(db: Kysely<Schema>): Promise<SharedClock> {
  return followClock(() =>
    // With a connection in hand: the wait for one does not count.
    db.connection().execute(async (connection) => {
      const sentAt = uptime()
      const { rows } = await sql<{
        time: number
      }>`select extract(epoch from clock_timestamp())::float8 as time`.execute(connection)
      const receivedAt = uptime()
      const [row] = rows
      if (!row) throw new Error('PostgreSQL returned no time')
      return { time: row.time, sentAt, receivedAt }
    }),
  )
}
