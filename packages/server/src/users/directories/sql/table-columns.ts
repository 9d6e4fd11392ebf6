/** The columns that a table has, with their types, by the database's own catalogue. */
import { type RawBuilder, sql } from 'kysely'
import type { ColumnType, SqlKind } from './preset.ts'
import type { Run } from './sql-database.ts'

/** @throws Error when there is no such table */
export async function tableColumns(run: Run, kind: SqlKind, table: string): Promise<ReadonlyMap<string, ColumnType>> {
  const rows = await run(queryFor(kind, table))
  if (rows.length === 0) throw new Error(`The database has no table or view ${table}, or it must not be read.`)
  return new Map(rows.map(({ name, ...type }) => [name, type]))
}

function queryFor(kind: SqlKind, table: string): RawBuilder<ColumnType & { readonly name: string }> {
  const [name, schema] = table.split('.').reverse()
  switch (kind) {
    case 'postgres':
      // Unlike information_schema, it also has the columns that this user must not read.
      return sql`
        select a.attname as name, format_type(a.atttypid, null) as type
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where c.relname = ${name} and a.attnum > 0 and not a.attisdropped
          and ${schema === undefined ? sql`pg_table_is_visible(c.oid)` : sql`n.nspname = ${schema}`}`
    case 'mysql':
      return sql`
        select column_name as name, data_type as type, collation_name as collation from information_schema.columns
        where table_name = ${name} and table_schema = ${schema === undefined ? sql`database()` : schema}`
    case 'sqlite':
      return sql`select name, type from pragma_table_info(${name})`
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** PostgreSQL's types with fewer bits than 64. */
const bits: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n }

/** Whether a column of the type can have the value. PostgreSQL rejects others, and MySQL reads `1 or 2` as 1. */
export function canHave(kind: SqlKind, type: string | undefined, value: string): boolean {
  if (/int/i.test(type ?? '')) return /^-?\d{1,18}$/.test(value) && fitsInto(widthOf(kind, type), BigInt(value))
  if (kind === 'postgres' && type === 'numeric') return /^-?\d{1,30}(?:\.\d{1,30})?$/.test(value)
  return type !== 'uuid' || uuid.test(value)
}

/** Bits. The other databases compare with any number. */
function widthOf(kind: SqlKind, type: string | undefined): bigint {
  return (kind === 'postgres' ? bits[type ?? ''] : undefined) ?? 63n
}

function fitsInto(width: bigint, value: bigint): boolean {
  return value >= -(2n ** width) && value < 2n ** width
}
