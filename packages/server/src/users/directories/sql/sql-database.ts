/** A database of others, as the directory uses it. */
import type { RawBuilder } from 'kysely'

export interface SqlDatabase {
  readonly run: Run
  /** The rows that the database describes its plan for the query with, as if its tables were large. */
  readonly explain: (query: RawBuilder<unknown>) => Promise<readonly unknown[]>
  readonly close: () => Promise<void>
}

export type Run = <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>

export interface DatabaseSettings {
  readonly url: string
  readonly isWritable: boolean
  readonly timeoutMs: number
}

/** At most so many connections: directories are asked briefly. */
export const maxConnections = 5
