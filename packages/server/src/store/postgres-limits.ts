/** Limits on time that PostgreSQL has for a role or a database, as the guide of a pooler sets them: they are for requests. */
import { type Kysely, sql } from 'kysely'
import type { ClientBase } from 'pg'
import type { Schema } from './schema.ts'

/** PostgreSQL 17 has the last one. */
const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout']

/** SQL that removes them, for the rest of the session or of the transaction alone. */
function removal(isLocal: boolean): string {
  const names = limits.map((name) => `'${name}'`).join()
  return `select set_config(name, '0', ${isLocal}) from pg_settings where name in (${names})`
}

/** For a session that is of this process alone. */
export async function removeSessionLimits(client: ClientBase): Promise<void> {
  await client.query(removal(false))
}

/** For the rest of the transaction. */
export async function removeTimeLimits(db: Kysely<Schema>): Promise<void> {
  await sql.raw(removal(true)).execute(db)
}
