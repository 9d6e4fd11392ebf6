/** What is known of the tables that a well-known program makes. */
import type { RawBuilder } from 'kysely'
import type { DisabledWhen } from '../disabled-when.ts'
import type { SqlColumns, SqlGroups } from '../sql-options.ts'

export type SqlKind = 'postgres' | 'mysql' | 'sqlite'

/** A column, by the catalogue of the database. */
export interface ColumnType {
  readonly type: string
  /** Only in MySQL, and there of columns with text. */
  readonly collation?: string | null
}

export interface SqlPreset {
  readonly table: string
  readonly columns: SqlColumns
  /** `null` for a column that only sounds as if it disabled users. */
  readonly disabled: Readonly<Record<string, DisabledWhen | null>>
  /** Columns of `columns` and `disabled` that some installations do not have. */
  readonly optional: readonly string[]
  readonly usernameCase: 'exact' | 'lower-case'
  readonly groups?: SqlGroups
  /** Rows with other values are no users. */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>
  /** What is read instead of the table, where columns must be made of others. */
  readonly from?: (kind: SqlKind) => RawBuilder<unknown>
  /** Makes one of our hash formats of the stored text. */
  readonly readHash?: (stored: string) => string | null
  /** Makes what the program can read of a hash of ours; `undefined`: it can read none, so nothing is written back. */
  readonly writeHash: ((hash: string) => string) | undefined
}
