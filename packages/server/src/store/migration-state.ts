/** Which migrations a database has, and which it lacks. Rejects one that is too new or not ours. */
import { type Kysely, sql } from 'kysely'
import { version } from '../config/version.ts'
import { readLowest } from './compatibility.ts'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import type { Lowest, Migrations } from './migration.ts'
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
  'restores',
  'issuers',
]

export function isOurs(table: string): boolean {
  return ourTables.some((ours) => ours === table)
}

export interface MigrationState {
  /** The names of those that the database lacks. */
  readonly pending: readonly string[]
  /** The names of those that only a newer version knows. This one may run on them. */
  readonly newer: readonly string[]
  /** Whether nothing of ours is there. */
  readonly isNew: boolean
}

/** @throws StoreError `newer`, `foreign`, `unwritable` */
export async function readState(connection: Connection, migrations: Migrations): Promise<MigrationState> {
  const known = Object.keys(migrations)
  const tables = await tableNames(connection)
  if (!tables.includes(migrationTable)) {
    if (!tables.some(isOurs)) return { pending: known, newer: [], isNew: true }
    throw new StoreError(
      'foreign',
      'The database contains tables of another program. They were left as they are: choose another DATABASE_URL.',
    )
  }
  const done = await explained(connection.db, doneMigrations(connection.db))
  const pending = known.filter((name) => !done.includes(name))
  const newer = done.filter((name) => !known.includes(name))
  if (newer.length > 0) {
    const lowest = await explained(connection.db, readLowest(connection.db, tables))
    requireCompatible(newer, lowest, (name) => known.includes(name) && pending.length === 0)
  }
  return { pending, newer, isNew: done.length === 0 }
}

/** @throws StoreError `newer` when a migration that this program does not know contracts, or does not say that it expands */
function requireCompatible(
  newer: readonly string[],
  lowest: ReadonlyMap<string, Lowest>,
  isDone: (migration: string) => boolean,
): void {
  if (newer.every((name) => isDone(lowest.get(name)?.migration ?? ''))) return
  const needed = newer.map((name) => lowest.get(name)?.version).findLast((found) => found !== undefined)
  const fix = needed === undefined ? 'that version' : `version ${needed} or a later one`
  throw new StoreError(
    'newer',
    `The database was written by a newer Countersign (it has ${newer.join(', ')}). Start ${fix}; this one, ${version}, would damage it.`,
  )
}

async function doneMigrations(db: Kysely<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationTable)}`.execute(db)
  return rows.map((row) => row.name)
}

/** @throws StoreError `unwritable` in place of a refusal of PostgreSQL */
async function explained<Result>(db: Kysely<Schema>, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading
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
