/** Inserts rows that were read elsewhere. */
import { CompiledQuery, type Kysely } from 'kysely'
import { isOutage, StoreError } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { listed, type StoredRow } from '../snapshot.ts'
import type { DatabaseKind } from '../statement.ts'
import type { MovedTable } from './moved-tables.ts'

export interface Target {
  readonly kind: DatabaseKind
  readonly db: Kysely<Schema>
}

export interface Insertion {
  readonly table: MovedTable
  readonly columns: readonly string[]
  /** Each in the order of the columns. */
  readonly rows: readonly StoredRow[]
  /** The columns of the key, when a row of the same key is replaced. */
  readonly replacing: readonly string[] | undefined
}

/** @throws StoreError `unmovable` when the database does not take a row */
export async function insertRows({ db, kind }: Target, { table, columns, rows, replacing }: Insertion): Promise<void> {
  if (rows.length === 0) return
  const place = kind === 'postgres' ? (at: number) => `$${at + 1}` : () => '?'
  const values = rows.map(
    (_row, at) => `(${columns.map((_name, column) => place(at * columns.length + column)).join()})`,
  )
  const others = columns.filter((column) => !replacing?.includes(column))
  const set = others.map((column) => `"${column}" = excluded."${column}"`).join()
  const action = set === '' ? 'nothing' : `update set ${set}`
  const conflict = replacing === undefined ? '' : ` on conflict (${listed(replacing)}) do ${action}`
  const text = `insert into "${table}" (${listed(columns)}) values ${values.join()}${conflict}`
  try {
    await db.executeQuery(CompiledQuery.raw(text, rows.flat()))
  } catch (error) {
    if (isOutage(error) || !(error instanceof Error)) throw error
    const message = `The target does not take the rows of ${table}: ${error.message}. The source goes on as before.`
    throw new StoreError('unmovable', message, { cause: error })
  }
}
