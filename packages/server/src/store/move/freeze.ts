/**
 * The end of a move: for a moment nobody can write to the source. The locks of one transaction see to that. They end with the command,
 * however it ends, so that the source serves on after a failure.
 */
import type { Kysely } from 'kysely'
import { countersign } from '../../config/called-as.ts'
import { uptime } from '../../environment.ts'
import { withinTime } from '../../within-time.ts'
import { StoreError } from '../errors.ts'
import { migrations } from '../migration-list.ts'
import type { Schema } from '../schema.ts'
import type { Snapshot } from '../snapshot.ts'
import { atOneMoment, catchUp, type Run, requireEqualChanges } from './catch-up.ts'
import { emptyLog, isLogging } from './change-log.ts'
import { inLocked, maxIdleMs } from './in-transaction.ts'
import { movedTables } from './moved-tables.ts'
import { markFinished, requireRunner } from './records.ts'
import { refuseWrites } from './write-refusal.ts'

/** Milliseconds. A target that no longer responds must not keep the source frozen. After as long, PostgreSQL as the source would end the transaction. */
const maxFreezeMs = maxIdleMs

export interface Frozen {
  /** Seconds in which the source took no writes. */
  readonly seconds: number
  /** The rows that changed since the last pass. */
  readonly rows: number
}

/** Called when nobody can write to the source, and when the target has everything. */
export type OnFrozen = (state: 'frozen' | 'copied') => void

/**
 * Copies the last changes, compares, and marks the source as moved: at that moment the target has all of it. `now` is in seconds.
 * @throws StoreError `unmovable`, `unreachable`
 */
export async function freezeAndFinish(run: Run, now: number, onFrozen: OnFrozen): Promise<Frozen> {
  const { source } = run.sides
  const { kind } = source.connection
  let begun = 0
  const rows = await inLocked(source, 'share row exclusive', async (db) => {
    begun = uptime()
    onFrozen('frozen')
    const changed = await withinTime(maxFreezeMs, () => copyTheLast(run, db), late)
    onFrozen('copied')
    // The triggers stay: to remove them, PostgreSQL waits for reads, of which some wait for this transaction.
    await emptyLog(db)
    await refuseWrites(db, kind)
    await markFinished(db, 'source', now)
    return changed
  })
  return { seconds: uptime() - begun, rows }
}

async function copyTheLast(run: Run, db: Kysely<Schema>): Promise<number> {
  await requireRunner(db, 'source', run.runner)
  if (!(await isLogging(db, run.sides.source.connection.kind))) throw new StoreError('unmovable', unlogged)
  return await atOneMoment(run.sides.source, run.runner, async (source) => {
    await requireSameVersion(source)
    const changes = await catchUp(run, source, movedTables)
    await requireEqualChanges(run, source, changes)
    return [...changes.keys.values()].reduce((sum, keys) => sum + keys.size, 0)
  })
}

/** This program does not know what a newer version has added since the beginning. */
async function requireSameVersion(source: Snapshot): Promise<void> {
  const newer = (await source.migrations()).filter((name) => !(name in migrations))
  if (newer.length === 0) return
  const message = `The source was migrated by a newer Countersign meanwhile (it has ${newer.join(', ')}). It goes on as before. Run the move again with that version: it continues.`
  throw new StoreError('newer', message, { side: 'source' })
}

/** A migration makes tables that have none, and a person with a SQL prompt may remove some. */
const unlogged = `Triggers of the move are missing in the source: what was changed there may be unknown. The source goes on as before. Run ${countersign} move again: it compares all rows again.`

function late(): never {
  const message = `The last changes did not reach the target within ${maxFreezeMs / 1000} seconds. The source goes on as before. Run ${countersign} move again: it continues.`
  throw new StoreError('unmovable', message)
}
