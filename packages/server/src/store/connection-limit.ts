/** How many connections PostgreSQL allows to this role in this database, all programs together. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

export async function connectionLimit(db: Kysely<Schema>): Promise<number | undefined> {
  // `reserved_connections` is new in PostgreSQL 16; -1 is no limit.
  const { rows } = await sql<{ connections: number }>`
    select least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
      (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
    ) as connections`.execute(db)
  return rows[0]?.connections
}
