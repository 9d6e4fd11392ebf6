/** Takes the locks that a migration on PostgreSQL needs, all or none, so that it never waits for one while it has another. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** Milliseconds. Requests wait behind a try: it ends before their own limit on locks does. They go on between two tries. */
const tryMs = 500
const pauseMs = 500
const maxTries = 5

/** PostgreSQL's query_canceled: the statement_timeout. */
const queryCanceled = '57014'

/** Against all requests, or against those that write. */
export type LockMode = 'access exclusive' | 'share row exclusive'

/** Locks the tables until the transaction ends. @throws the database's error when others use them after all tries */
export async function lockTables(
  db: Kysely<Schema>,
  tables: readonly string[],
  mode: LockMode = 'access exclusive',
): Promise<void> {
  if (tables.length === 0) return
  // An automatic vacuum gives way only to who waits for longer than a try. Requests go on beside this lock, and no vacuum begins.
  await tryLock(db, tables, 'share update exclusive', await vacuumLasts(db))
  for (let tried = 1; ; tried++) {
    const failure = await tryLock(db, tables, mode, tryMs)
    if (failure === undefined) return
    if (tried === maxTries) throw failure
    await sleep(pauseMs)
  }
}

/** Milliseconds in which the automatic vacuums of some tables have given way, one after the other. */
async function vacuumLasts(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ lasts: number }>`
    select deadlock.setting::int * workers.setting::int + ${tryMs}::int as lasts from pg_settings as deadlock, pg_settings as workers
    where deadlock.name = 'deadlock_timeout' and workers.name = 'autovacuum_max_workers'`.execute(db)
  return rows[0]?.lasts ?? tryMs
}

/** Returns the error when the tables could not be locked in so many milliseconds. */
async function tryLock(
  db: Kysely<Schema>,
  tables: readonly string[],
  mode: LockMode | 'share update exclusive',
  lasts: number,
): Promise<unknown> {
  await sql`savepoint unlocked`.execute(db)
  // Not lock_timeout, which counts for each table: the locks of a statement are taken one after the other.
  await sql.raw(`set local statement_timeout = ${lasts}`).execute(db)
  try {
    const names = sql.join(tables.map((table) => sql.table(table)))
    await sql`lock table ${names} in ${sql.raw(mode)} mode`.execute(db)
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    // Releases the locks that it got.
    await sql`rollback to savepoint unlocked`.execute(db)
    return error
  }
  await sql`set local statement_timeout = 0`.execute(db)
  await sql`release savepoint unlocked`.execute(db)
  return undefined
}

/** Whether a lock could not be had in time: here, or by PostgreSQL's lock_not_available in a statement of a migration. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === queryCanceled || error.code === '55P03')
}
