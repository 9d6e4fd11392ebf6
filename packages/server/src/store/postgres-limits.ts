/**
 * Settings for what may take long. The limits on time that PostgreSQL has for a role or a database, as the guide of a pooler sets them, are for
 * requests.
 */
import { type Kysely, sql } from 'kysely'
import type { ClientBase } from 'pg'
import type { Schema } from './schema.ts'

/** An older PostgreSQL does not have all of them. */
const settings: Readonly<Record<string, number>> = {
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  transaction_timeout: 0,
  // When the network has lost this process, PostgreSQL ends the transaction, and its locks, within 20 seconds, not after two hours.
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 2,
  tcp_user_timeout: 20_000,
}

/** SQL that sets them, for the rest of the session or of the transaction alone. */
export function withoutLimits(isLocal: boolean): string {
  const values = Object.entries(settings).map(([name, value]) => `('${name}', '${value}')`)
  return `select set_config(name, value, ${isLocal}) from (values ${values.join()}) as wanted(name, value)
    where name in (select name from pg_settings)`
}

/** For a session that is of this process alone. */
export async function removeSessionLimits(client: ClientBase): Promise<void> {
  await client.query(withoutLimits(false))
}

/** For the rest of the transaction. */
export async function removeTimeLimits(db: Kysely<Schema>): Promise<void> {
  await sql.raw(withoutLimits(true)).execute(db)
}
