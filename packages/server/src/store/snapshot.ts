/** All rows of a database as they are at one moment, while servers go on writing: for backups. */
import type { BackedUpTable } from './backed-up-tables.ts'
import type { DatabaseKind, StoredValue } from './statement.ts'

export interface Snapshot {
  readonly kind: DatabaseKind
  /** The names of the migrations that ran on the database. */
  readonly migrations: () => Promise<readonly string[]>
  readonly count: (table: BackedUpTable) => Promise<number>
  readonly columns: (table: BackedUpTable) => Promise<readonly string[]>
  /** The rows in batches, each row in the order of the columns. One table at a time. */
  readonly rows: (table: BackedUpTable) => AsyncIterable<readonly StoredRow[]>
  readonly close: () => Promise<void>
}

export type StoredRow = readonly StoredValue[]

/** Rows of a batch. */
export const snapshotBatch = 500
