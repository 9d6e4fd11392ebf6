/** Users, the demo's items, signing keys, the login-attempt budget, stored traces. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('username_key', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text')
    .addColumn('full_name', 'text')
    .addColumn('password_hash', 'text')
    .addColumn('is_disabled', 'integer', (column) => column.notNull())
    .addColumn('is_demo', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('items')
    .ifNotExists()
    .addColumn('item_id', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('owner_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .execute()
  await db.schema.createIndex('items_owner').ifNotExists().on('items').column('owner_id').execute()

  await db.schema
    .createTable('signing_keys')
    .ifNotExists()
    .addColumn('key_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('algorithm', 'text', (column) => column.notNull())
    .addColumn('public_jwk', 'text', (column) => column.notNull())
    .addColumn('sealed_private_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('retired_at', 'bigint')
    .execute()
  // Processes that start at the same time make one key: the second insert finds the first.
  await db.schema
    .createIndex('signing_keys_active')
    .ifNotExists()
    .on('signing_keys')
    .column('algorithm')
    .unique()
    .where(sql.ref('retired_at'), 'is', null)
    .execute()

  await db.schema
    .createTable('throttle')
    .ifNotExists()
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('window_ends_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('throttle_ends').ifNotExists().on('throttle').column('window_ends_at').execute()

  await db.schema
    .createTable('traces')
    .ifNotExists()
    .addColumn('request_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('steps', 'text', (column) => column.notNull())
    .addColumn('happened_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('traces_time').ifNotExists().on('traces').column('happened_at').execute()
}
