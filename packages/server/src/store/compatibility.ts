/**
 * Which versions may run on a database that a newer one has migrated. Beside each migration the database names the lowest version, so that
 * an older program can look it up for migrations that it does not know.
 */
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { Lowest, Migrations } from './migration.ts'
import type { Schema } from './schema.ts'

/** From here on migrations only expand, unless they name another lowest version. */
const first: Lowest = { migration: '0018-login-by-email', version: '0.1.0' }

const table = 'countersign_compatibility'

/** The lowest version on a database whose last migration is `name`. `undefined` for earlier migrations. */
export function lowestAfter(migrations: Migrations, name: string): Lowest | undefined {
  if (name <= first.migration) return undefined
  const contracting = Object.keys(migrations).filter(
    (other) => other <= name && migrations[other]?.lowest !== undefined,
  )
  return migrations[contracting.at(-1) ?? '']?.lowest ?? first
}

/** Call it in the transaction of the migration. */
export async function recordLowest(db: QueryExecutorProvider, name: string, lowest: Lowest): Promise<void> {
  await sql`create table if not exists ${sql.table(table)}
    (migration text not null primary key, lowest_migration text not null, lowest_version text not null)`.execute(db)
  await sql`insert into ${sql.table(table)} values (${name}, ${lowest.migration}, ${lowest.version})`.execute(db)
}

/** By the name of the migration. `tables` are those of the database. */
export async function readLowest(db: Kysely<Schema>, tables: readonly string[]): Promise<ReadonlyMap<string, Lowest>> {
  if (!tables.includes(table)) return new Map()
  const { rows } = await sql<{ name: string } & Lowest>`
    select migration as name, lowest_migration as migration, lowest_version as version from ${sql.table(table)}`.execute(
    db,
  )
  return new Map(rows.map(({ name, migration, version }) => [name, { migration, version }]))
}
