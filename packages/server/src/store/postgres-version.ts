/** Which PostgreSQL the database is. */
import { sql } from 'kysely'
import type { Connection } from './connection.ts'

/** Its major version, such as 18; `undefined` on SQLite. */
export async function postgresVersion({ kind, db }: Connection): Promise<number | undefined> {
  if (kind === 'sqlite') return undefined
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::int / 10000 as version`.execute(db)
  return rows[0]?.version
}
