/** What every table file is given: the typed query builder, and a short way for reads that are made at every request. */
import type { CompiledQuery, Kysely } from 'kysely'
import type { Schema } from './schema.ts'

export interface Connection {
  readonly kind: 'sqlite' | 'postgres'
  readonly db: Kysely<Schema>
  /**
   * Runs a query that was compiled once, with these parameters. On SQLite it answers at once from a connection of its
   * own, which sees what has been committed, and never waits for a transaction of `db`.
   */
  readonly read: <Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]) => Row[] | Promise<Row[]>
  readonly close: () => Promise<void>
}
