/** The beginning of a move: whether it may be, what it continues, and the notes in both databases. */
import { type Kysely, sql } from 'kysely'
import { countersign } from '../../config/called-as.ts'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import { isLockTimeout, type LockMode, lockTables } from '../migration-locks.ts'
import { explainRefusal } from '../migration-problems.ts'
import type { Schema } from '../schema.ts'
import { logChanges, stopLogging } from './change-log.ts'
import { movedTables } from './moved-tables.ts'
import { type MoveRecord, movedTo, type Records, readRecords, removeRecord, takeOver, writeRecord } from './records.ts'
import type { Side, Sides } from './sides.ts'
import { despiteRefusal, refuseWrites } from './write-refusal.ts'

export type Beginning =
  | { readonly is: 'new' | 'continued'; readonly id: string }
  /** The former copy of the data that were moved on: it is replaced. */
  | { readonly is: 'back'; readonly id: string }
  /** All is done but for the note in the target. */
  | { readonly is: 'complete'; readonly id: string }

/**
 * Changes nothing. `newId` is the id of a move that is new; without a target there is nothing yet at its URL.
 * @throws StoreError `moved`, `unmovable`, `not_empty`
 */
export async function findBeginning(source: Side, target: Side | undefined, newId: string): Promise<Beginning> {
  const from = await readRecords(source.connection.db)
  const to = target === undefined ? none : await readRecords(target.connection.db)
  if (typeof from.source?.finishedAt === 'number') {
    if (to.target?.id === from.source.id) return { is: 'complete', id: from.source.id }
    throw movedTo(from.source)
  }
  if (from.target?.finishedAt === null) {
    const message = `The source is the target of a move from ${from.target.other} that has not finished. Finish that one first.`
    throw new StoreError('unmovable', message)
  }
  if (to.target?.finishedAt === null) {
    if (to.target.id === from.source?.id) return { is: 'continued', id: to.target.id }
    const message = `The target has a part of another move, from ${to.target.other}. Choose an empty database, or empty this one.`
    throw new StoreError('unmovable', message)
  }
  if (typeof to.source?.finishedAt === 'number') {
    if (isFormer(from, to.source)) return { is: 'back', id: newId }
    const message = `The data of the target was moved to ${to.source.other}: only a move from there may replace it. Choose an empty database.`
    throw new StoreError('unmovable', message)
  }
  if (target !== undefined) await requireEmpty(target.connection.db)
  return { is: 'new', id: newId }
}

const none: Records = { source: undefined, target: undefined }

/** Whether all that is in the target came to the source with the last finished move. */
function isFormer(from: Records, { id }: MoveRecord): boolean {
  return from.target?.id === id
}

async function requireEmpty(db: Kysely<Schema>): Promise<void> {
  for (const table of movedTables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)
    if (rows.length === 0) continue
    const message = `The target is not empty: it has rows in ${table}. Nothing was changed. Choose an empty database, or a file that does not exist.`
    throw new StoreError('not_empty', message)
  }
}

/** From here on the source notes what is changed in it, and `runner` alone continues the move. `now` is in seconds. */
export async function begin(sides: Sides, { is, id }: Beginning, runner: string, now: number): Promise<void> {
  const { source, target } = sides
  if (is === 'continued') {
    for (const [side, role] of [
      [target, 'target'],
      [source, 'source'],
    ] as const)
      await inTransaction(side.connection, (db) => takeOver(db, role, id, runner))
    return
  }
  const record = { id, runner, copied: [], begunAt: Math.floor(now), finishedAt: null }
  const isFirst = (await readRecords(source.connection.db)).source === undefined
  await inLocked(source.connection, isFirst ? 'share row exclusive' : 'access exclusive', async (db) => {
    await writeRecord(db, { ...record, role: 'source', other: target.name })
    await logChanges(db, source.connection.kind)
  })
  await inLocked(target.connection, 'access exclusive', async (db) => {
    if ((await readRecords(db)).source?.runner === runner) {
      const message = `The source and the target are two names of the same database. Run ${countersign} move --cancel, and choose another one.`
      throw new StoreError('unmovable', message)
    }
    // It refuses writes since its data was moved.
    if (is === 'back') await despiteRefusal(db, () => empty(db, target.connection))
    else {
      // Another program may have used it meanwhile.
      await requireEmpty(db)
      await refuseWrites(db, target.connection.kind)
    }
    await removeRecord(db, 'source')
    await writeRecord(db, { ...record, role: 'target', other: source.name })
  })
}

async function empty(db: Kysely<Schema>, { kind }: Connection): Promise<void> {
  await stopLogging(db, kind)
  const tables = movedTables.toReversed()
  if (kind === 'postgres') await sql`truncate ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db)
  else for (const table of tables) await db.deleteFrom(table).execute()
}

/** @throws StoreError `unwritable` when the role may not do it; what `work` throws. Nothing was changed then. */
export async function inTransaction<Result>(
  { db, migrate }: Connection,
  work: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  try {
    return await migrate((unlimited) => unlimited.transaction().execute(work))
  } catch (error) {
    throw (await explainRefusal(db, error)) ?? error
  }
}

/** A transaction in which nobody else writes. @throws StoreError `unreachable` when others keep the tables locked */
export async function inLocked<Result>(
  connection: Connection,
  mode: LockMode,
  work: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return await inTransaction(connection, async (db) => {
    // On SQLite, the transaction has the lock of the whole database.
    if (connection.kind === 'postgres') await lock(db, mode)
    return await work(db)
  })
}

async function lock(db: Kysely<Schema>, mode: LockMode): Promise<void> {
  try {
    await lockTables(db, movedTables, mode)
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    const message = `Long transactions of other programs use the tables. End them, and run ${countersign} move again: it continues.`
    throw new StoreError('unreachable', message, { cause: error })
  }
}
