/** Brings a database to this program's schema, and rejects one that is newer or not ours. */
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { countersign } from '../config/called-as.ts'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import { lockTables } from './migration-locks.ts'
import { explainFailure, explainRefusal, requireReferences, requireSchema } from './migration-problems.ts'
import * as foundation from './migrations/0001-foundation.ts'
import * as keyStates from './migrations/0002-key-states.ts'
import * as clients from './migrations/0003-clients.ts'
import * as grants from './migrations/0004-grants.ts'
import * as refreshTokens from './migrations/0005-refresh-tokens.ts'
import * as traceStatus from './migrations/0006-trace-status.ts'
import * as logoutDeliveries from './migrations/0007-logout-deliveries.ts'
import * as revocations from './migrations/0008-revocations.ts'
import * as resources from './migrations/0009-resources.ts'
import * as subjects from './migrations/0010-subjects.ts'
import * as authentication from './migrations/0011-authentication.ts'
import * as formerDefaults from './migrations/0012-former-defaults.ts'
import * as keyRevocation from './migrations/0013-key-revocation.ts'
import * as directoryLinks from './migrations/0014-directory-links.ts'
import * as groupsAndRoles from './migrations/0016-groups-and-roles.ts'
import * as attributes from './migrations/0017-attributes.ts'
import * as loginByEmail from './migrations/0018-login-by-email.ts'
import * as demoUsers from './migrations/0021-demo-users.ts'
import type { Schema } from './schema.ts'
import type { DatabaseKind } from './statement.ts'

/** In order; a name, once released, never changes. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-key-states': keyStates,
  '0003-clients': clients,
  '0004-grants': grants,
  '0005-refresh-tokens': refreshTokens,
  '0006-trace-status': traceStatus,
  '0007-logout-deliveries': logoutDeliveries,
  '0008-revocations': revocations,
  '0009-resources': resources,
  '0010-subjects': subjects,
  '0011-authentication': authentication,
  '0012-former-defaults': formerDefaults,
  '0013-key-revocation': keyRevocation,
  '0014-directory-links': directoryLinks,
  '0016-groups-and-roles': groupsAndRoles,
  '0017-attributes': attributes,
  '0018-login-by-email': loginByEmail,
  '0021-demo-users': demoUsers,
}

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

function isOurs(table: string): boolean {
  return ourTables.some((ours) => ours === table)
}

/** Called before each migration, and after the last one: how many of the missing ones are done. */
export type OnMigration = (done: number, total: number) => void

/** Runs the missing migrations, all or none. Returns their names. @throws StoreError `newer`, `foreign`, `unmigratable`, `unwritable` */
export async function migrate(connection: Connection, onMigration: OnMigration = () => {}): Promise<readonly string[]> {
  const pending = await pendingMigrations(connection)
  if (pending.length === 0) return []
  const { kind } = connection
  let started = 0
  // Those that are there. On SQLite, a migration locks the whole database.
  const locked = kind === 'sqlite' ? [] : (await tableNames(connection)).filter(isOurs)
  const counted = (migration: Migration): Migration => ({
    up: async (db) => {
      onMigration(started, pending.length)
      if (started++ === 0) await lockTables(db, locked)
      await migration.up(db)
    },
  })
  const provided = Object.entries(migrations).map(([name, migration]) => [name, counted(guarded(kind, migration))])
  const ran = await connection.migrate(async (db) => {
    // By the names that the operator sees.
    if (kind === 'sqlite') await requireReferences(db)
    const schema = kind === 'sqlite' ? undefined : await requireSchema(db)
    return await run(db, schema, Object.fromEntries(provided))
  })
  onMigration(pending.length, pending.length)
  return ran
}

/** The migration, and on SQLite a check that no row refers to a missing one. */
function guarded(kind: DatabaseKind, migration: Migration): Migration {
  return {
    up: async (db) => {
      await migration.up(db)
      if (kind === 'sqlite') await requireReferences(db)
    },
  }
}

async function run(
  db: Kysely<Schema>,
  schema: string | undefined,
  provided: Readonly<Record<string, Migration>>,
): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => provided },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
    // Without it, the tables in another schema of the database would be taken for these.
    ...(schema !== undefined && { migrationTableSchema: schema }),
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw await explainFailure(db, error)
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

/** @throws StoreError `not_migrated`, `newer`, `foreign`, `unwritable` */
export async function requireCurrentSchema(connection: Connection): Promise<void> {
  const pending = await pendingMigrations(connection)
  if (pending.length === 0) return
  const problem = pending.length === Object.keys(migrations).length ? 'is empty' : 'is older than this program'
  throw new StoreError('not_migrated', `The database ${problem}. Create or update its tables: ${countersign} migrate`)
}

async function pendingMigrations(connection: Connection): Promise<readonly string[]> {
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

async function tableNames({ db, kind }: Connection): Promise<readonly string[]> {
  const query =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
  return (await query.execute(db)).rows.map((row) => row.name)
}
