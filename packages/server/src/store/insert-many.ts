/** Inserts of many rows at once: their number does not change the statement, since its only value is all rows as JSON. */
import { type Insertable, sql } from 'kysely'
import type { Connection } from './connection.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

/** What inserts rows with these columns: all or none. */
export function insertMany<Table extends keyof Schema>(
  name: string,
  table: Table,
  columns: readonly (keyof Schema[Table] & string)[],
): (connection: Connection, rows: readonly Insertable<Schema[Table]>[]) => Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const members = sql.join(columns.map((column) => sql`value ->> ${sql.lit(column)}`))
  const insert = statement(name, (db, p: Placeholders<{ rows: string }>, kind) => {
    const rows =
      kind === 'sqlite'
        ? sql`select ${members} from json_each(${p.rows})`
        : sql`select ${names} from json_populate_recordset(null::${sql.table(table)}, cast(${p.rows} as json))`
    return { compile: () => sql`insert into ${sql.table(table)} (${names}) ${rows}`.compile(db) }
  })
  return async ({ write }, rows) => {
    if (rows.length > 0) await write(insert, { rows: toJson(rows) })
  }
}

/** Lone surrogates become U+FFFD, as in other values: PostgreSQL rejects their escapes, and SQLite would store them. */
function toJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows)
  if (!json.includes('\\ud')) return json
  return JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value))
}
