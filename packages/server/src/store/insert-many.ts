/** Inserts of many rows at once, by a few statements: each number of rows is a statement of its own. */
import type { Compilable, Kysely } from 'kysely'
import type { Connection } from './connection.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, type Statement, type StoredValue, statement } from './statement.ts'

/** Rows per statement, the most first. */
const lengths = [100, 10, 1] as const

type InsertMany<Row> = (connection: Connection, rows: readonly Row[]) => Promise<void>

/** What inserts rows with these columns, in one transaction. */
export function insertMany<Row extends object>(
  name: string,
  columns: readonly (keyof Row & string)[],
  build: (db: Kysely<Schema>, rows: readonly Placeholders<Row>[]) => Compilable<unknown>,
): InsertMany<Row> {
  const statements = lengths.map((length) => ({
    length,
    insert: insertOf(`${name} ${length}`, columns, length, build),
  }))
  return (connection, rows) =>
    connection.transaction(async ({ write }) => {
      let done = 0
      for (const { length, insert } of statements) {
        while (rows.length - done >= length) {
          await write(insert, valuesOf(columns, rows.slice(done, done + length)))
          done += length
        }
      }
    })
}

function insertOf<Row extends object>(
  name: string,
  columns: readonly (keyof Row & string)[],
  length: number,
  build: (db: Kysely<Schema>, rows: readonly Placeholders<Row>[]) => Compilable<unknown>,
): Statement<Readonly<Record<string, StoredValue>>, unknown> {
  return statement(name, (db, values) => {
    const rows = Array.from({ length }, (_, index) =>
      Object.fromEntries(columns.map((column) => [column, values[memberOf(index, column)]])),
    )
    // Each row has a placeholder for each of its columns.
    return build(db, rows as Placeholders<Row>[])
  })
}

function valuesOf<Row extends object>(
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Readonly<Record<string, StoredValue>> {
  const values = rows.flatMap((row, index) => columns.map((column) => [memberOf(index, column), row[column]] as const))
  // Rows of the schema hold nothing else.
  return Object.fromEntries(values) as Readonly<Record<string, StoredValue>>
}

function memberOf(index: number, column: string): string {
  return `${index} ${column}`
}
