/** Records the move in both databases: from here on the source records its changes, and the target rejects writes. */
import { type Kysely, sql } from 'kysely'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { addTriggers, isLogging, logChanges, stopLogging } from './change-log.ts'
import { type Beginning, requireEmpty, requireFree } from './find-beginning.ts'
import { inLocked, inTransaction } from './in-transaction.ts'
import { movedTables } from './moved-tables.ts'
import { onSide } from './on-side.ts'
import {
  type MoveRecord,
  readRecords,
  removeRecord,
  requireRunner,
  takenOver,
  takeOver,
  writeRecord,
} from './records.ts'
import type { Side, Sides } from './sides.ts'
import { despiteRefusal, refuseWrites } from './write-refusal.ts'

/** From here on `runner` alone continues the move. `now` is in seconds. @throws StoreError `unmovable`, `not_empty` */
export async function begin(sides: Sides, beginning: Beginning, runner: string, now: number): Promise<void> {
  if (beginning.state === 'continued') return await continueMove(sides, beginning.id, runner)
  const record = { id: beginning.id, runner, copied: [], begunAt: Math.floor(now), finishedAt: null }
  await noteSource(sides, beginning, { ...record, role: 'source', other: sides.target.name })
  try {
    await noteTarget(sides, beginning, { ...record, role: 'target', other: sides.source.name })
  } catch (error) {
    // The target was left as it was.
    if (error instanceof StoreError && (error.code === 'unmovable' || error.code === 'not_empty'))
      await withdraw(sides, runner)
    throw error
  }
}

async function continueMove({ source, target }: Sides, id: string, runner: string): Promise<void> {
  await inTransaction(target, (db) => takeOver(db, 'target', id, runner))
  await inTransaction(source, (db) => takeOver(db, 'source', id, runner))
  const { kind, db } = source.connection
  // A migration since the interruption may have added a table.
  if (await isLogging(db, kind)) return
  await inLocked(source, 'access exclusive', async (inside) => {
    await requireRunner(inside, 'source', runner)
    await addTriggers(inside, kind)
  })
}

async function noteSource({ source, target }: Sides, { former }: Beginning, record: MoveRecord): Promise<void> {
  await inLocked(source, former === undefined ? 'share row exclusive' : 'access exclusive', async (db) => {
    // Another command may have begun meanwhile.
    if (former === undefined) {
      if ((await readRecords(db)).source !== undefined) throw takenOver()
    } else {
      await requireRunner(db, 'source', former.runner)
      await requireNotBegun(target, former)
    }
    await writeRecord(db, record)
    await logChanges(db, source.connection.kind)
  })
}

/** The command of the former record may have noted its move in this very target since. From here on it waits for the end of this transaction. @throws StoreError `unmovable` then */
async function requireNotBegun(target: Side, former: MoveRecord): Promise<void> {
  const { target: noted } = await onSide(target, () => readRecords(target.connection.db))
  if (noted?.id === former.id) throw takenOver()
}

async function noteTarget({ target }: Sides, { state, former }: Beginning, record: MoveRecord): Promise<void> {
  await inLocked(target, 'access exclusive', async (db) => {
    const records = await readRecords(db)
    if (records.source?.runner === record.runner)
      throw new StoreError('unmovable', 'The source and the target are two names of the same database.')
    // The command from which the source was taken over may have noted its move here since, so that this database refuses writes. It copies nothing.
    const isOrphan = former !== undefined && records.target?.id === former.id
    requireFree(isOrphan ? { ...records, target: undefined } : records)
    // It refuses writes since its data was moved.
    if (state === 'back') await despiteRefusal(db, () => empty(db, target.connection))
    else {
      // Another program may have used it meanwhile.
      await requireEmpty(db)
      if (!isOrphan) await refuseWrites(db, target.connection.kind)
    }
    await removeRecord(db, 'source')
    await writeRecord(db, record)
  })
}

/** The source was noted, and the target cannot be used. */
async function withdraw({ source }: Sides, runner: string): Promise<void> {
  await inLocked(source, 'access exclusive', async (db) => {
    await requireRunner(db, 'source', runner)
    await stopLogging(db, source.connection.kind)
    await removeRecord(db, 'source')
  })
}

async function empty(db: Kysely<Schema>, { kind }: Connection): Promise<void> {
  await stopLogging(db, kind)
  const tables = movedTables.toReversed()
  if (kind === 'postgres') await sql`truncate ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db)
  else for (const table of tables) await db.deleteFrom(table).execute()
}
