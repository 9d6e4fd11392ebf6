/** The clients that have yet to learn of a logout. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('logout_deliveries')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    // What they name can be removed before the client learns of it: no references.
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('logout_deliveries_due')
    .ifNotExists()
    .on('logout_deliveries')
    .column('next_attempt_at')
    .execute()
}
