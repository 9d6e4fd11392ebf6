/** Brings a database to this program's schema. */
import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { countersign } from '../config/called-as.ts'
import { lowestAfter, recordLowest } from './compatibility.ts'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import type { Migrations, StoreMigration } from './migration.ts'
import { buildIndexes, createIndex } from './migration-indexes.ts'
import { lockTables } from './migration-locks.ts'
import { lockedTables, planMigrations } from './migration-plan.ts'
import { explainFailure, requireEncoding, requireReferences, requireSchema } from './migration-problems.ts'
import { isOurs, migrationTable, readState, tableNames } from './migration-state.ts'
import type { Schema } from './schema.ts'
import type { DatabaseKind } from './statement.ts'

/** Called before each migration, and after the last one: how many of the missing ones are done. */
export type OnMigration = (done: number, total: number) => void

/**
 * Runs the missing migrations, all or none, and then builds the missing indexes. Returns the names of the migrations.
 * @throws StoreError `newer`, `foreign`, `unmigratable`, `unwritable`
 */
export async function migrate(
  connection: Connection,
  migrations: Migrations,
  onMigration: OnMigration = () => {},
): Promise<readonly string[]> {
  const { pending, isNew } = await readState(connection, migrations)
  if (isNew && connection.kind === 'postgres') await requireEncoding(connection.db)
  const ran = pending.length === 0 ? [] : await runPending(connection, migrations, pending, onMigration)
  if (connection.kind === 'postgres') await buildIndexes(connection, migrations)
  return ran
}

async function runPending(
  connection: Connection,
  migrations: Migrations,
  pending: readonly string[],
  onMigration: OnMigration,
): Promise<readonly string[]> {
  const { kind } = connection
  const locked = kind === 'sqlite' ? [] : await tablesToLock(connection, migrations, pending)
  let started = 0
  const provided = Object.entries(migrations).map(([name, migration]) => {
    const up = async (db: Kysely<unknown>) => {
      onMigration(started, pending.length)
      if (started++ === 0) await lockTables(db, locked)
      await runOne(kind, db, migration)
      const lowest = lowestAfter(migrations, name)
      if (lowest) await recordLowest(db, name, lowest)
    }
    return [name, { up }]
  })
  const ran = await connection.migrate(async (db) => {
    // By the names that the operator sees.
    if (kind === 'sqlite') await requireReferences(db)
    const schema = kind === 'sqlite' ? undefined : await requireSchema(db)
    return await run(db, schema, Object.fromEntries(provided))
  })
  onMigration(pending.length, pending.length)
  return ran
}

async function tablesToLock(
  connection: Connection,
  migrations: Migrations,
  pending: readonly string[],
): Promise<readonly string[]> {
  const existing = (await tableNames(connection)).filter(isOurs)
  if (existing.length === 0) return []
  return lockedTables(await planMigrations(connection.kind, migrations, pending), existing)
}

async function runOne(kind: DatabaseKind, db: Kysely<unknown>, { up, indexes = [] }: StoreMigration): Promise<void> {
  await up(db)
  if (kind === 'postgres') return
  for (const index of indexes) await createIndex(db, index, 'at once')
  await requireReferences(db)
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
export async function requireCurrentSchema(connection: Connection, migrations: Migrations): Promise<void> {
  const { pending, isNew } = await readState(connection, migrations)
  if (pending.length === 0) return
  const problem = isNew ? 'is empty' : 'is older than this program'
  throw new StoreError('not_migrated', `The database ${problem}. Create or update its tables: ${countersign} migrate`)
}
