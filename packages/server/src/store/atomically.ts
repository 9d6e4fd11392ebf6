/** Statements that stand or fall together, in a store function that may itself be called in a transaction. */
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** In the transaction that `db` is, or in one of its own. */
export function atomically<Result>(db: Kysely<Schema>, work: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().execute(work)
}
