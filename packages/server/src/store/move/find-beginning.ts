/** How a move begins: whether it may be, and what it continues. */
import { type Kysely, sql } from 'kysely'
import { countersign } from '../../config/called-as.ts'
import { StoreError } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { movedTables } from './moved-tables.ts'
import { onSide } from './on-side.ts'
import { type MoveRecord, movedTo, type Records, readRecords } from './records.ts'
import type { Side } from './sides.ts'

export interface Beginning {
  /**
   * - `back`: the target has the former copy of the data that were moved on: it is replaced
   * - `complete`: all is done but for the note in the target
   */
  readonly state: 'new' | 'continued' | 'back' | 'complete'
  readonly id: string
  /** The record of the source that it follows, of a move that nobody continues. */
  readonly former: MoveRecord | undefined
}

/**
 * Changes nothing. `newId` is the id of a move that is new; without a target there is nothing yet at its URL.
 * @throws StoreError `moved`, `unmovable`, `not_empty`
 */
export async function findBeginning(source: Side, target: Side | undefined, newId: string): Promise<Beginning> {
  const from = await recordsOf(source)
  const to = target === undefined ? none : await recordsOf(target)
  const former = from.source
  if (typeof former?.finishedAt === 'number') {
    if (to.target?.id === former.id) return { state: 'complete', id: former.id, former }
    throw movedTo(former)
  }
  if (from.target?.finishedAt === null) {
    const message = `The source is the target of a move from ${from.target.other} that has not finished. Finish that one first.`
    throw new StoreError('unmovable', message)
  }
  if (former !== undefined && to.target?.finishedAt === null && to.target.id === former.id)
    return { state: 'continued', id: former.id, former }
  requireFree(to)
  if (typeof to.source?.finishedAt === 'number') {
    if (isFormer(from, to.source)) return { state: 'back', id: newId, former }
    const message = `The data of the target was moved to ${to.source.other}: only a move from there may replace it. Choose an empty database.`
    throw new StoreError('unmovable', message)
  }
  if (target !== undefined) await onSide(target, () => requireEmpty(target.connection.db))
  return { state: 'new', id: newId, former }
}

const none: Records = { source: undefined, target: undefined }

function recordsOf(side: Side): Promise<Records> {
  return onSide(side, () => readRecords(side.connection.db))
}

/** Whether all that is in the target came to the source with the last finished move. */
function isFormer(from: Records, { id }: MoveRecord): boolean {
  return from.target?.id === id
}

/** `to` are the records of the target of a new move. @throws StoreError `unmovable` when another move uses it */
export function requireFree({ source, target }: Records): void {
  if (target?.finishedAt === null) {
    const message = `The target has a part of another move, from ${target.other}. Choose an empty database, or empty this one.`
    throw new StoreError('unmovable', message)
  }
  if (source?.finishedAt === null) {
    const message = `A move from the target to ${source.other} has begun. Choose another database, or give that move up: ${countersign} move --cancel --from <its URL>`
    throw new StoreError('unmovable', message)
  }
}

/** @throws StoreError `not_empty` */
export async function requireEmpty(db: Kysely<Schema>): Promise<void> {
  for (const table of movedTables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)
    if (rows.length === 0) continue
    const message = `The target is not empty: it has rows in ${table}. Nothing was changed. Choose an empty database, or a file that does not exist.`
    throw new StoreError('not_empty', message)
  }
}
