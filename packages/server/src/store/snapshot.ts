/** All rows of a database as they are at one moment, while servers go on writing: for backups and moves. */
import { StoreError } from './errors.ts'
import type { Schema } from './schema.ts'
import type { DatabaseKind, StoredValue } from './statement.ts'

export interface Snapshot {
  readonly kind: DatabaseKind
  /** The names of the migrations that ran on the database. */
  readonly migrations: () => Promise<readonly string[]>
  readonly count: (table: keyof Schema) => Promise<number>
  readonly columns: (table: keyof Schema) => Promise<readonly string[]>
  /** The rows in batches, each row in the order of the columns. One table at a time. */
  readonly rows: (table: keyof Schema, columns: readonly string[]) => AsyncIterable<readonly StoredRow[]>
  /** The rows of a query. */
  readonly query: (text: string, values: readonly StoredValue[]) => Promise<readonly StoredRow[]>
  readonly close: () => Promise<void>
}

export type StoredRow = readonly StoredValue[]

/** Rows of a batch. */
export const snapshotBatch = 500

/** What JavaScript would round was written by another program. `text` names the number. */
export function tooLarge(text: string): StoreError {
  const message = `The database has a number that is too large to be copied exactly, and that Countersign does not write: ${text}.`
  return new StoreError('corrupt', message)
}

/** The columns as a query names them. Those of a backup may have any name. */
export function listed(columns: readonly string[]): string {
  return columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(', ')
}
