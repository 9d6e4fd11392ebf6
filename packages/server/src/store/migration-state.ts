/** Which migrations a database has, and which it lacks. Rejects one that is newer or not ours. */
import { type Kysely, sql } from 'kysely'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import type { Migrations } from './migration-list.ts'
import { explainRefusal } from './migration-problems.ts'
import type { Schema } from './schema.ts'

/** Where a database keeps which migrations ran on it. */
export const migrationTable = 'countersign_migrations'

/** Names that a database which is not ours must leave free: those of our tables, and of one that the migrations rename. */
const ourTables: readonly (keyof Schema | 'users')[] = [
  'users',
  'subjects',
  'profiles',
  'credentials',
  'items',
  'signing_keys',
  'throttle',
  'traces',
  'clients',
  'client_secrets',
  'client_origins',
  'sessions',
  'interaction_answers',
  'consents',
  'grants',
  'authorization_codes',
  'revoked_tokens',
  'refresh_tokens',
  'incidents',
  'logout_deliveries',
  'removals',
  'former_defaults',
  'directory_links',
  'user_attributes',
  'groups',
  'group_members',
  'roles',
  'user_roles',
  'group_roles',
]

export function isOurs(table: string): boolean {
  return ourTables.some((ours) => ours === table)
}

/** The names of those that the database lacks. @throws StoreError `newer`, `foreign`, `unwritable` */
export async function pendingMigrations(connection: Connection, migrations: Migrations): Promise<readonly string[]> {
  const known = Object.keys(migrations)
  const tables = await tableNames(connection)
  if (!tables.includes(migrationTable)) {
    if (!tables.some(isOurs)) return known
    throw new StoreError(
      'foreign',
      'The database contains tables of another program. They were left as they are: choose another DATABASE_URL.',
    )
  }
  const done = await doneMigrations(connection.db)
  const unknown = done.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new StoreError(
      'newer',
      `The database was written by a newer Countersign (it has ${unknown.join(', ')}). Start that version; this one would damage it.`,
    )
  }
  return known.filter((name) => !done.includes(name))
}

async function doneMigrations(db: Kysely<Schema>): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationTable)}`.execute(db)
    return rows.map((row) => row.name)
  } catch (error) {
    throw (await explainRefusal(db, error)) ?? error
  }
}

export async function tableNames({ db, kind }: Connection): Promise<readonly string[]> {
  const query =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
  return (await query.execute(db)).rows.map((row) => row.name)
}
