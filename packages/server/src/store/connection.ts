/** What every table file is given: the typed query builder, and a short way for reads that are made at every request. */
import type { CompiledQuery, Kysely } from 'kysely'
import type { Compile } from './compile-once.ts'
import type { Schema } from './schema.ts'

/** Runs `work` in a transaction, undone when it throws. Answers when the database has kept it. */
export type Transact = <Result>(work: (db: Kysely<Schema>) => Promise<Result>) => Promise<Result>

export interface Connection {
  readonly kind: 'sqlite' | 'postgres'
  readonly db: Kysely<Schema>
  /**
   * Runs a query that was compiled once, with these parameters. On SQLite it answers at once from a connection of its
   * own, which sees what has been committed, and never waits for a transaction of `db`.
   */
  readonly read: <Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]) => Row[] | Promise<Row[]>
  /** Runs a compiled query that changes rows, with these parameters. Answers how many. */
  readonly write: (query: CompiledQuery, parameters: readonly unknown[]) => Promise<number>
  readonly compiled: Compile
  readonly transaction: Transact
  readonly close: () => Promise<void>
}

/** `Connection.write` on `db`. */
export function writeOn(db: Kysely<Schema>): Connection['write'] {
  return async (query, parameters) => {
    const { numAffectedRows } = await db.executeQuery({ ...query, parameters })
    return Number(numAffectedRows ?? 0n)
  }
}
