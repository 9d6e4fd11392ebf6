/** What `migrate` would do to a database, and which tables it would lock. Changes nothing. */
import { sql } from 'kysely'
import type { Connection } from './connection.ts'
import type { Migrations } from './migration.ts'
import { lockedTables, type PlannedMigration, planMigrations } from './migration-plan.ts'
import { isOurs, readState, tableNames } from './migration-state.ts'
import type { DatabaseKind } from './statement.ts'

export interface DryRun {
  readonly kind: DatabaseKind
  /** Whether nothing of ours is there. */
  readonly isNew: boolean
  readonly pending: readonly PlannedMigration[]
  /** The names of migrations of a newer version, on which this one may run. */
  readonly newer: readonly string[]
  /** The tables that PostgreSQL locks against all requests. */
  readonly locks: readonly string[]
  /** Rows of these tables, and of those that get an index. On PostgreSQL an estimate. */
  readonly rows: ReadonlyMap<string, number>
}

/** @throws StoreError `newer`, `foreign`, `unwritable` */
export async function dryRun(connection: Connection, migrations: Migrations): Promise<DryRun> {
  const { kind } = connection
  const { pending, newer, isNew } = await readState(connection, migrations)
  const planned = await planMigrations(kind, migrations, pending)
  const existing = (await tableNames(connection)).filter(isOurs)
  // SQLite locks the whole database against writes.
  const locks = kind === 'sqlite' ? [] : lockedTables(planned, existing)
  const indexed = planned.flatMap(({ indexes }) => indexes.map(({ table }) => table))
  const rows = await countRows(
    connection,
    existing.filter((table) => locks.includes(table) || indexed.includes(table)),
  )
  return { kind, isNew, pending: planned, newer, locks, rows }
}

/** For a database that does not exist. */
export async function dryRunOnNothing(kind: DatabaseKind, migrations: Migrations): Promise<DryRun> {
  const pending = await planMigrations(kind, migrations, Object.keys(migrations))
  return { kind, isNew: true, pending, newer: [], locks: [], rows: new Map() }
}

async function countRows({ db, kind }: Connection, tables: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const table of tables) {
    // PostgreSQL reads the whole table to count its rows. Before the first `analyze` it knows only how many were written.
    const count =
      kind === 'sqlite'
        ? sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`
        : sql<{ rows: number }>`select coalesce(nullif(reltuples, -1), pg_stat_get_live_tuples(oid))::int8 as rows
            from pg_class where relnamespace = current_schema()::regnamespace and relname = ${table}`
    counts.set(table, (await count.execute(db)).rows[0]?.rows ?? 0)
  }
  return counts
}
