/**
 * A user is three things: a subject, which sessions, grants and tokens point to; a profile, which a directory knows; and
 * credentials. This migration contracts: no version with the table `users` was published.
 */
import { type CreateTableBuilder, type Kysely, SqliteAdapter, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  // What refers to `users` refers to `subjects` from here on.
  await db.schema.alterTable('users').renameTo('subjects').execute()
  await createProfiles(db, isSqlite)
  await createCredentials(db, isSqlite)
  if (isSqlite) await rebuildSubjects(db)
  else await contractSubjects(db)
  await db.schema.createIndex('subjects_tokens_valid_from').on('subjects').column('tokens_valid_from').execute()
  await sql`create index subjects_disabled on subjects (disabled_at) where disabled_at is not null`.execute(db)
}

async function createProfiles(db: Kysely<unknown>, isSqlite: boolean): Promise<void> {
  const table = db.schema
    .createTable('profiles')
    .addColumn('subject_id', 'text', (column) =>
      column.primaryKey().notNull().references('subjects.id').onDelete('cascade'),
    )
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('username_key', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text')
    .addColumn('is_email_verified', 'integer', (column) => column.notNull())
    .addColumn('full_name', 'text')
    .addColumn('claims', 'text')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
  await keyed(table, isSqlite).execute()
  await sql`
    insert into profiles (subject_id, username, username_key, email, is_email_verified, full_name, claims, updated_at)
    select id, username, username_key, email, is_email_verified, full_name, profile, updated_at from subjects`.execute(
    db,
  )
}

async function createCredentials(db: Kysely<unknown>, isSqlite: boolean): Promise<void> {
  const table = db.schema
    .createTable('credentials')
    .addColumn('subject_id', 'text', (column) =>
      column.primaryKey().notNull().references('subjects.id').onDelete('cascade'),
    )
    .addColumn('password_hash', 'text')
    .addColumn('is_demo', 'integer', (column) => column.notNull())
  await keyed(table, isSqlite).execute()
  await sql`
    insert into credentials (subject_id, password_hash, is_demo) select id, password_hash, is_demo from subjects`.execute(
    db,
  )
}

/** SQLite drops no column with a unique index. https://sqlite.org/lang_altertable.html#otheralter: a new table, renamed at the end. */
async function rebuildSubjects(db: Kysely<unknown>): Promise<void> {
  const table = db.schema
    .createTable('new_subjects')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('is_disabled', 'integer', (column) => column.notNull())
    .addColumn('disabled_at', 'bigint')
    .addColumn('tokens_valid_from', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
  await keyed(table, true).execute()
  await sql`
    insert into new_subjects (id, is_disabled, disabled_at, tokens_valid_from, created_at)
    select id, is_disabled, disabled_at, tokens_valid_from, created_at from subjects`.execute(db)
  await db.schema.dropTable('subjects').execute()
  await db.schema.alterTable('new_subjects').renameTo('subjects').execute()
}

async function contractSubjects(db: Kysely<unknown>): Promise<void> {
  await sql`alter table subjects rename constraint users_pkey to subjects_pkey`.execute(db)
  await db.schema.dropIndex('users_tokens_valid_from').execute()
  await db.schema.dropIndex('users_disabled').execute()
  await db.schema
    .alterTable('subjects')
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
    .dropColumn('username')
    .dropColumn('username_key')
    .dropColumn('email')
    .dropColumn('full_name')
    .dropColumn('password_hash')
    .dropColumn('is_demo')
    .dropColumn('is_email_verified')
    .dropColumn('profile')
    .dropColumn('updated_at')
    .execute()
}

/** On SQLite a table without row ids: a row is found by its key in one search instead of two. */
function keyed<Table extends string, Column extends string>(
  table: CreateTableBuilder<Table, Column>,
  isSqlite: boolean,
): CreateTableBuilder<Table, Column> {
  return isSqlite ? table.modifyEnd(sql`without rowid`) : table
}
