/** Transactions in which a move changes one of its databases. */
import { type Kysely, sql } from 'kysely'
import { StoreError } from '../errors.ts'
import { isLockTimeout, type LockMode, lockTables } from '../migration-locks.ts'
import { explainRefusal } from '../migration-problems.ts'
import { removeTimeLimits } from '../postgres-limits.ts'
import type { Schema } from '../schema.ts'
import { movedTables } from './moved-tables.ts'
import { onSide } from './on-side.ts'
import type { Side } from './sides.ts'

/** Milliseconds in which a transaction may wait for its next statement. In between, a move reads some rows of the other database. */
export const maxIdleMs = 30_000

/** @throws StoreError `unwritable` when the role may not do it, and others that name the database; what `work` throws. Nothing was changed then. */
export function inTransaction<Result>(side: Side, work: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> {
  const { kind, db, migrate } = side.connection
  return onSide(side, async () => {
    try {
      return await migrate((unlimited) =>
        unlimited.transaction().execute(async (inside) => {
          if (kind === 'postgres') await limitIdleness(inside)
          return await work(inside)
        }),
      )
    } catch (error) {
      throw (await explainRefusal(db, error)) ?? error
    }
  })
}

/** When this process is suspended, or the network loses it, PostgreSQL ends the transaction. Otherwise the next run would wait for it. */
async function limitIdleness(db: Kysely<Schema>): Promise<void> {
  await removeTimeLimits(db)
  await sql.raw(`set local idle_in_transaction_session_timeout = ${maxIdleMs}`).execute(db)
}

/** A transaction in which nobody else writes. @throws StoreError `unreachable` when others keep the tables locked */
export async function inLocked<Result>(
  side: Side,
  mode: LockMode,
  work: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return await inTransaction(side, async (db) => {
    // On SQLite, the transaction has the lock of the whole database.
    if (side.connection.kind === 'postgres') await lock(db, mode)
    return await work(db)
  })
}

async function lock(db: Kysely<Schema>, mode: LockMode): Promise<void> {
  try {
    await lockTables(db, movedTables, mode)
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    const message = 'Long transactions of other programs use the tables. End them first.'
    throw new StoreError('unreachable', message, { cause: error })
  }
}
