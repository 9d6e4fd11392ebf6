/** Inserts rows that were read from a backup or from another database. */
import { CompiledQuery, type Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import { listed, type StoredRow } from './snapshot.ts'
import type { DatabaseKind } from './statement.ts'

export interface Target {
  readonly kind: DatabaseKind
  readonly db: Kysely<Schema>
}

export interface Insertion {
  readonly table: keyof Schema
  readonly columns: readonly string[]
  /** Each in the order of the columns. */
  readonly rows: readonly StoredRow[]
  /** The columns of the key, when a row of the same key is replaced. */
  readonly replacing?: readonly string[] | undefined
}

/** Values of one statement: both databases take more. */
const maxValues = 30_000

/** Without prepared statements: the names of the columns may come from a backup. @throws the driver's error */
export async function insertRows({ db, kind }: Target, insertion: Insertion): Promise<void> {
  const { table, columns, rows } = insertion
  const maxRows = Math.max(1, Math.floor(maxValues / columns.length))
  const place = kind === 'postgres' ? (at: number) => `$${at + 1}` : () => '?'
  for (let first = 0; first < rows.length; first += maxRows) {
    const part = rows.slice(first, first + maxRows)
    const values = part.map(
      (_row, at) => `(${columns.map((_name, column) => place(at * columns.length + column)).join()})`,
    )
    const text = `insert into "${table}" (${listed(columns)}) values ${values.join()}${onConflict(insertion)}`
    await db.executeQuery(CompiledQuery.raw(text, part.flat()))
  }
}

function onConflict({ columns, replacing }: Insertion): string {
  if (replacing === undefined) return ''
  const set = columns
    .filter((column) => !replacing.includes(column))
    .map((column) => `${listed([column])} = excluded.${listed([column])}`)
  return ` on conflict (${listed(replacing)}) do ${set.length === 0 ? 'nothing' : `update set ${set.join()}`}`
}
