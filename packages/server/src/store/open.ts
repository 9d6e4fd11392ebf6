/** Opens the database that DATABASE_URL names. */
import { existsSync } from 'node:fs'
import type { UnsafeDatabaseSetting } from '../config/options.ts'
import { onlyClock, type Random, type SharedClock, systemClock } from '../environment.ts'
import type { Connection } from './connection.ts'
import type { DatabaseProblem } from './database-problem.ts'
import { databaseSize } from './database-size.ts'
import { type DryRun, dryRun, dryRunOnNothing } from './dry-run.ts'
import { migrate, type OnMigration, requireCurrentSchema } from './migrate.ts'
import { migrations } from './migration-list.ts'
import { requireInUse } from './move/records.ts'
import type { PoolSettings } from './pool-settings.ts'
import { postgresClock } from './postgres-clock.ts'
import type { PoolLoad } from './postgres-connections.ts'
import { postgresVersion } from './postgres-version.ts'
import { probe } from './probe.ts'
import { type Ending, endAll, type Replacement, replaceRows } from './replace-rows.ts'
import { openSqlite } from './sqlite.ts'
import { inMemoryUrl, openSqliteInMemory } from './sqlite-memory.ts'
import { type Tables, tablesOn } from './tables.ts'
import { unsafeSettingsOf } from './unsafe-settings.ts'

export interface Store extends Tables {
  /** What all processes on this database take the time from: PostgreSQL, or the one machine of an SQLite file. */
  readonly clock: SharedClock
  /** Runs `work` on the same tables in one transaction, undone when it throws. */
  readonly transaction: <Result>(work: (tables: Tables) => Promise<Result>) => Promise<Result>
  /** Of the database, in bytes. */
  readonly size: () => Promise<number>
  /** What keeps the database from keeping a write at `now` (seconds); `undefined` when it keeps one. `key` is this process's own. */
  readonly probe: (key: string, now: number) => Promise<DatabaseProblem | undefined>
  /** Settings of the database with which a confirmed change may be lost, such as `fsync`. */
  readonly unsafeSettings: readonly UnsafeDatabaseSetting[]
  /** Gives the disk back what is no longer needed, when nothing is being written. Resolves with the bytes of SQLite's write-ahead log. */
  readonly tidy: () => Promise<number>
  /** What the connections to PostgreSQL do at this moment; `undefined` on SQLite. */
  readonly poolLoad: (() => PoolLoad) | undefined
  /** The major version of PostgreSQL; `undefined` on SQLite. */
  readonly postgresVersion: () => Promise<number | undefined>
  /** How many connections to PostgreSQL all programs together may have; `undefined` on SQLite, and behind a pooler. */
  readonly connectionLimit: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}

export interface StoreOptions {
  /** `sqlite:` and a path, `sqlite::memory:` or `postgres://...`. */
  readonly url: string
  /** Whether to create and update the tables, or to require them. A database in memory is always created. */
  readonly migrate: boolean
  /** For PostgreSQL. @default that of the options */
  readonly pool?: PoolSettings
  /** For PostgreSQL: of the pauses after which what was undone is repeated. @default the operating system's randomness */
  readonly random?: Random
}

/** Opens and checks the database. @throws StoreError with a message for the operator */
export async function openStore(options: StoreOptions): Promise<Store> {
  const connection = await connect(options)
  try {
    if (options.migrate || options.url === inMemoryUrl) await migrate(connection, migrations)
    else await requireCurrentSchema(connection, migrations)
    await requireInUse(connection)
    return storeOn(connection, await clockOf(connection), await unsafeSettingsOf(connection))
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Runs the pending migrations of the database and closes it. Returns their names. @throws StoreError */
export async function migrateStore(url: string, onMigration?: OnMigration): Promise<readonly string[]> {
  const connection = await connect({ url, migrate: true })
  try {
    return await migrate(connection, migrations, onMigration)
  } finally {
    await connection.close()
  }
}

/** What `migrateStore` would do. Changes nothing. @throws StoreError */
export async function dryRunStore(url: string): Promise<DryRun> {
  if (url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length)))
    return dryRunOnNothing('sqlite', migrations)
  const connection = await connect({ url, migrate: false })
  try {
    return await dryRun(connection, migrations)
  } finally {
    await connection.close()
  }
}

/** Replaces the contents of the database, which is created if it is missing. @throws StoreError, as `replaceRows` */
export async function restoreStore(url: string, replacement: Replacement): Promise<void> {
  const connection = await connect({ url, migrate: true })
  try {
    await migrate(connection, migrations)
    await requireInUse(connection)
    const { now } = await clockOf(connection)
    await replaceRows(connection, now, replacement)
  } finally {
    await connection.close()
  }
}

/** Ends what a restore ends, in a database that was restored by other means. @throws StoreError */
export async function endAllIn(url: string, ending: Ending): Promise<void> {
  const connection = await connect({ url, migrate: false })
  try {
    await requireCurrentSchema(connection, migrations)
    const { now } = await clockOf(connection)
    await endAll(connection, now, ending)
  } finally {
    await connection.close()
  }
}

/** Without a look at the tables. @throws StoreError */
export async function connect(options: StoreOptions): Promise<Connection> {
  if (options.url === inMemoryUrl) return openSqliteInMemory()
  if (options.url.startsWith('sqlite:')) return openSqlite(options.url.slice('sqlite:'.length), options.migrate)
  // Loaded only here: it costs a process 12 MB.
  const { openPostgres } = await import('./postgres.ts')
  return openPostgres(options.url, options.pool, options.random)
}

async function clockOf({ kind, db }: Connection): Promise<SharedClock> {
  return kind === 'postgres' ? await postgresClock(db) : onlyClock(systemClock)
}

function storeOn(connection: Connection, clock: SharedClock, unsafeSettings: Store['unsafeSettings']): Store {
  return {
    ...tablesOn(connection),
    clock,
    transaction: (work) => connection.transaction((inside) => work(tablesOn(inside))),
    size: () => databaseSize(connection),
    probe: (key, now) => probe(connection, key, now),
    unsafeSettings,
    tidy: connection.tidy,
    poolLoad: connection.poolLoad,
    postgresVersion: () => postgresVersion(connection),
    connectionLimit: connection.connectionLimit,
    close: connection.close,
  }
}
