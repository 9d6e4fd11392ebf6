/** What the revocation feed says: when users and clients were disabled or removed, and whose tokens were revoked. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await addDisabledAt(db, 'users')
  await addDisabledAt(db, 'clients')
  await db.schema.createIndex('users_tokens_valid_from').ifNotExists().on('users').column('tokens_valid_from').execute()

  // `null` for tokens that were revoked before this migration.
  await db.schema.alterTable('revoked_tokens').addColumn('subject', 'text').execute()
  await db.schema.alterTable('revoked_tokens').addColumn('client_id', 'text').execute()
  await db.schema.alterTable('revoked_tokens').addColumn('has_grant', 'integer').execute()
  await db.schema.alterTable('revoked_tokens').addColumn('issued_at', 'bigint').execute()
  await db.schema
    .createIndex('revoked_tokens_owner')
    .ifNotExists()
    .on('revoked_tokens')
    .columns(['subject', 'client_id'])
    .execute()
  // Nearly all grants are never revoked: the index leaves them out.
  await sql`create index if not exists grants_revoked on grants (revoked_at) where revoked_at is not null`.execute(db)

  await db.schema
    .createTable('removals')
    .ifNotExists()
    .addColumn('kind', 'text', (column) => column.notNull())
    // What it names no longer exists: no reference.
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('removed_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('removals_key', ['kind', 'id'])
    .execute()
  await db.schema.createIndex('removals_time').ifNotExists().on('removals').column('removed_at').execute()
}

async function addDisabledAt(db: Kysely<unknown>, table: 'users' | 'clients'): Promise<void> {
  await db.schema.alterTable(table).addColumn('disabled_at', 'bigint').execute()
  await sql`update ${sql.table(table)} set disabled_at = updated_at where is_disabled = 1`.execute(db)
  const name = sql.ref(`${table}_disabled`)
  await sql`create index if not exists ${name} on ${sql.table(table)} (disabled_at) where disabled_at is not null`.execute(
    db,
  )
}
