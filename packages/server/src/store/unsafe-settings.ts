/** Settings of PostgreSQL with which it confirms a change that a crash or a power failure then undoes. */
import { sql } from 'kysely'
import type { UnsafeDatabaseSetting } from '../config/options.ts'
import type { Connection } from './connection.ts'

/** Each is unsafe when it is `off`. */
const names: readonly UnsafeDatabaseSetting[] = ['fsync', 'full_page_writes', 'synchronous_commit']

/** Those that are off in our sessions: the server, the database or the role sets them. An SQLite file is not opened with unsafe ones. */
export async function unsafeSettingsOf({ kind, db }: Connection): Promise<readonly UnsafeDatabaseSetting[]> {
  if (kind === 'sqlite') return []
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings where setting = 'off' and name in (${sql.join(names)})`.execute(db)
  return names.filter((name) => rows.some((row) => row.name === name))
}
