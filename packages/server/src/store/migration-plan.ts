/** What migrations will do, without a database: their statements are written down instead of run. */
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { AddedIndex, Migrations, StoreMigration } from './migration.ts'
import { type Step, stepOf } from './migration-steps.ts'
import type { DatabaseKind } from './statement.ts'

export interface PlannedMigration {
  readonly name: string
  /** Whether versions before it can serve during it and after it. */
  readonly expands: boolean
  /** Of one that contracts, unless no version before it can run: the first version that can. */
  readonly lowestVersion: string | undefined
  readonly steps: readonly string[]
  /** The tables that it changes, or that its new tables refer to. */
  readonly locks: readonly string[]
  /** Built after it, while requests go on. On SQLite in it. */
  readonly indexes: readonly AddedIndex[]
}

export async function planMigrations(
  kind: DatabaseKind,
  migrations: Migrations,
  names: readonly string[],
): Promise<readonly PlannedMigration[]> {
  const planned: PlannedMigration[] = []
  const created = new Set<string>()
  for (const name of names) {
    const migration = migrations[name]
    if (migration) planned.push(await planMigration(kind, name, migration, created))
  }
  return planned
}

/** Of the existing tables those that PostgreSQL locks: where all migrations expand, those that they change; else all, until the end. */
export function lockedTables(planned: readonly PlannedMigration[], existing: readonly string[]): readonly string[] {
  if (!planned.every(({ expands }) => expands)) return existing
  return existing.filter((table) => planned.some(({ locks }) => locks.includes(table)))
}

async function planMigration(
  kind: DatabaseKind,
  name: string,
  migration: StoreMigration,
  created: Set<string>,
): Promise<PlannedMigration> {
  const steps: Step[] = []
  const db = recorder(kind, (query) => {
    const step = stepOf(query, created)
    if (step) steps.push(step)
  })
  await migration.up(db)
  return {
    name,
    expands: steps.every((step) => step.expands) && migration.lowest === undefined,
    lowestVersion: migration.lowest?.version,
    steps: steps.map((step) => step.does),
    locks: [...new Set(steps.flatMap((step) => step.locks))],
    indexes: migration.indexes ?? [],
  }
}

/** A database without rows, on which nothing happens. */
function recorder(kind: DatabaseKind, onQuery: (query: CompiledQuery) => void): Kysely<unknown> {
  const isSqlite = kind === 'sqlite'
  return new Kysely({
    dialect: {
      createAdapter: () => (isSqlite ? new SqliteAdapter() : new PostgresAdapter()),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => (isSqlite ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
      createQueryCompiler: () => (isSqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    },
    log: ({ query }) => onQuery(query),
  })
}
