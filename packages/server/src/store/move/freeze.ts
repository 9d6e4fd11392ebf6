/**
 * The end of a move: for a moment nobody can write to the source. The locks of one transaction see to that. They end with the command,
 * however it ends, so that the source serves on after a failure.
 */
import { type Kysely, sql } from 'kysely'
import { uptime } from '../../environment.ts'
import { withinTime } from '../../within-time.ts'
import { StoreError } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { inLocked } from './begin.ts'
import { atOneMoment, catchUp, type Run, requireEqualChanges } from './catch-up.ts'
import { emptyLog } from './change-log.ts'
import { movedTables } from './moved-tables.ts'
import { markFinished, requireRunner } from './records.ts'
import { refuseWrites } from './write-refusal.ts'

/** Milliseconds. A target that no longer responds must not keep the source frozen. */
const longestFreeze = 30_000

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
  const { connection } = run.sides.source
  let begun = 0
  const rows = await inLocked(connection, 'share row exclusive', async (db) => {
    begun = uptime()
    onFrozen('frozen')
    const changed = await withinTime(longestFreeze, () => copyTheLast(run, db), late)
    onFrozen('copied')
    // The triggers stay: to remove them, PostgreSQL waits for reads, of which some wait for this transaction.
    await emptyLog(db)
    await refuseWrites(db, connection.kind)
    await markFinished(db, 'source', now)
    return changed
  })
  return { seconds: uptime() - begun, rows }
}

async function copyTheLast(run: Run, db: Kysely<Schema>): Promise<number> {
  await requireRunner(db, 'source', run.runner)
  // Should this process stop without an end, or the network lose it, PostgreSQL ends the transaction, and with it the freeze.
  if (run.sides.source.connection.kind === 'postgres') {
    await sql.raw(`set local idle_in_transaction_session_timeout = ${longestFreeze}`).execute(db)
  }
  return await atOneMoment(run.sides.source.url, async (source) => {
    const changes = await catchUp(run, source, movedTables)
    await requireEqualChanges(run, source, changes)
    return [...changes.keys.values()].reduce((sum, keys) => sum + keys.size, 0)
  })
}

function late(): never {
  const message = `The target did not take the last changes within ${longestFreeze / 1000} seconds. The source serves on. Run the move again: it continues.`
  throw new StoreError('unmovable', message)
}
