/** Indexes on tables that are in use. PostgreSQL builds them while requests go on, outside of the migration's transaction. */
import { type QueryExecutorProvider, sql } from 'kysely'
import { countersign } from '../config/called-as.ts'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import type { AddedIndex, Migrations } from './migration.ts'
import { explainRefusal } from './migration-problems.ts'

/**
 * Builds what the migrations list and the database lacks: also what an earlier run was interrupted at.
 * @throws StoreError `unwritable`, `unmigratable`
 */
export async function buildIndexes({ db, migrate }: Connection, migrations: Migrations): Promise<void> {
  const listed = Object.values(migrations).flatMap(({ indexes = [] }) => indexes)
  if (listed.length === 0) return
  const found = await stateOf(
    db,
    listed.map(({ name }) => name),
  )
  const missing = listed.filter(({ name }) => found.get(name) === undefined || found.get(name) === 'interrupted')
  if (missing.length === 0) return
  await migrate(async (unlimited) => {
    for (const index of missing) {
      try {
        if (found.has(index.name)) await sql`drop index concurrently ${sql.ref(index.name)}`.execute(unlimited)
        await createIndex(unlimited, index, 'concurrently')
      } catch (error) {
        throw (await explainRefusal(unlimited, error)) ?? unbuilt(index, error)
      }
    }
  })
}

function unbuilt({ name, table }: AddedIndex, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new StoreError(
    'unmigratable',
    `The index ${name} on ${table} could not be built: ${reason}. All else is migrated, and this version runs without it. Run ${countersign} migrate again.`,
    { cause },
  )
}

export async function createIndex(
  db: QueryExecutorProvider,
  { name, table, columns, where }: AddedIndex,
  how: 'concurrently' | 'at once',
): Promise<void> {
  const concurrently = sql.raw(how === 'concurrently' ? 'concurrently ' : '')
  const rows = sql.raw(where === undefined ? '' : ` where ${where}`)
  await sql`create index ${concurrently}if not exists ${sql.ref(name)} on ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})${rows}`.execute(
    db,
  )
}

type State = 'complete' | 'interrupted' | 'being built'

/** Of the indexes that are there. */
async function stateOf(db: Connection['db'], names: readonly string[]): Promise<ReadonlyMap<string, State>> {
  const { rows } = await sql<{ name: string; state: State }>`
    select relname as name,
      case when indisvalid then 'complete' when progress.index_relid is null then 'interrupted' else 'being built' end as state
    from pg_class join pg_index on pg_index.indexrelid = pg_class.oid
      left join pg_stat_progress_create_index as progress on progress.index_relid = pg_class.oid
    where relnamespace = (select oid from pg_namespace where nspname = current_schema()) and relname in (${sql.join(names)})`.execute(
    db,
  )
  return new Map(rows.map(({ name, state }) => [name, state]))
}
