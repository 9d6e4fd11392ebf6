/** Refresh tokens, and the incidents of those that were used twice. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('refresh_tokens')
    .ifNotExists()
    .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('grant_id', 'text', (column) => column.notNull().references('grants.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('used_scope', 'text')
    .addColumn('used_by', 'text')
    .execute()
  await db.schema.createIndex('refresh_tokens_grant').ifNotExists().on('refresh_tokens').column('grant_id').execute()
  await db.schema.createIndex('refresh_tokens_expiry').ifNotExists().on('refresh_tokens').column('expires_at').execute()

  await db.schema
    .createTable('incidents')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    // What they name can be removed before the incident: no references.
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('first', 'text', (column) => column.notNull())
    .addColumn('second', 'text', (column) => column.notNull())
    .addColumn('happened_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('incidents_time').ifNotExists().on('incidents').column('happened_at').execute()
}
