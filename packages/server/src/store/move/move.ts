/**
 * Moves all data into another database, so that everything that was valid stays valid. It copies while the servers of the source serve,
 * follows the changes since then, compares, and ends with a short freeze. docs/decisions/0096-a-move-follows-a-log-of-changes.md.
 */
import { countersign } from '../../config/called-as.ts'
import { type Clock, type Random, uptime } from '../../environment.ts'
import { StoreError } from '../errors.ts'
import type { Columns } from './apply-changes.ts'
import { begin } from './begin.ts'
import { atOneMoment, catchUp, forget, type Run, requireEqual } from './catch-up.ts'
import { copyTables } from './copy-tables.ts'
import { type Beginning, findBeginning } from './find-beginning.ts'
import { type Frozen, freezeAndFinish } from './freeze.ts'
import { inLocked } from './in-transaction.ts'
import { type MovedTable, movedTables } from './moved-tables.ts'
import { onSide } from './on-side.ts'
import { markFinished, readRecords, requireRunner } from './records.ts'
import { type Side, type Sides, type Urls, withSides } from './sides.ts'
import { acceptWrites } from './write-refusal.ts'

export interface MoveRequest extends Urls {
  readonly random: Random
  readonly now: Clock
  readonly onStage: OnStage
}

/** Called with what begins, and then with how many rows of it are done. */
export type OnStage = (stage: Stage, done: number, total: number) => void

export type Stage = 'copying' | 'comparing' | 'freezing'

export interface Moved {
  readonly state: Beginning['state']
  /** Without passwords. */
  readonly from: string
  readonly to: string
  readonly rows: number
  /** Seconds until the freeze; the servers go on meanwhile. `undefined`, as is `frozen`, when an earlier run has moved everything. */
  readonly onlineSeconds?: number
  readonly frozen?: Frozen
}

/** Rounds end when so few rows changed during one: the freeze copies them in milliseconds. */
const fewChanges = 200
const maxRounds = 10

/** @throws StoreError `moved`, `unmovable`, `not_empty` and those of opening a database; run again, it continues */
export async function moveDatabase(request: MoveRequest): Promise<Moved> {
  return await withSides(request, async (sides) => {
    const runner = request.random.id()
    const beginning = await findBeginning(sides.source, sides.target, request.random.id())
    const names = { state: beginning.state, from: sides.source.name, to: sides.target.name }
    if (beginning.state === 'complete') {
      await finishTarget(sides, request.now)
      return { ...names, rows: 0 }
    }
    const begunAt = uptime()
    const moved = await telling(goesOn, async () => {
      await begin(sides, beginning, runner, request.now())
      const run: Run = { sides, runner, columns: await columnsOf(sides.source, runner) }
      const rows = await copyOnline(run, request.onStage)
      await requireFreeTarget(sides, runner)
      const onlineSeconds = uptime() - begunAt
      const frozen = await freezeAndFinish(run, request.now(), (state) =>
        request.onStage('freezing', state === 'copied' ? 1 : 0, 1),
      )
      return { ...names, rows, onlineSeconds, frozen }
    })
    await finishTarget(sides, request.now)
    return moved
  })
}

/** What follows from the failure of one of the databases. Should the commit of the freeze be lost, the next run looks it up. */
const goesOn = `Run ${countersign} move again: it continues.`
const isDecided = `All data is in the target, and the source takes no writes any more. Run ${countersign} move again now: until then no server starts on the target.`

async function telling<Result>(outcome: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StoreError) || error.side === undefined) throw error
    throw new StoreError(error.code, `${error.message} ${outcome}`, { cause: error, side: error.side })
  }
}

/** All that is done while the servers of the source go on. Returns how many rows there are. */
async function copyOnline(run: Run, onStage: OnStage): Promise<number> {
  const { source, target } = run.sides
  const { runner } = run
  await atOneMoment(source, runner, async (snapshot) => {
    const copied = (await onSide(target, () => readRecords(target.connection.db))).target?.copied ?? []
    // What a former run has copied has the state of that time.
    const changes = await catchUp(run, snapshot, copied)
    const total = await countAll(
      snapshot,
      movedTables.filter((table) => !copied.includes(table)),
    )
    const onRows = counter((done) => onStage('copying', done, total))
    await copyTables({ ...run, source: snapshot, target, copied, onRows })
    await forget(run, changes)
  })
  await followChanges(run)
  const rows = await atOneMoment(source, runner, async (snapshot) => {
    const changes = await catchUp(run, snapshot, movedTables)
    const total = await countAll(snapshot, movedTables)
    await requireEqual(
      run,
      snapshot,
      counter((done) => onStage('comparing', done / 2, total)),
    )
    await forget(run, changes)
    return total
  })
  await followChanges(run)
  return rows
}

/** Until little is left for the freeze. */
async function followChanges(run: Run): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const changes = await atOneMoment(run.sides.source, run.runner, (snapshot) => catchUp(run, snapshot, movedTables))
    await forget(run, changes)
    if (changes.ids.length < fewChanges) return
  }
}

/**
 * The last step locks the tables of the target. What would prevent that, such as a transaction that a lost network has left, must be found while the
 * source can still go on.
 */
async function requireFreeTarget({ target }: Sides, runner: string): Promise<void> {
  await inLocked(target, 'access exclusive', (db) => requireRunner(db, 'target', runner))
}

/** The source is marked as moved: now the target can be used. */
async function finishTarget({ target }: Sides, now: Clock): Promise<void> {
  await telling(isDecided, () =>
    inLocked(target, 'access exclusive', async (db) => {
      await acceptWrites(db, target.connection.kind)
      await markFinished(db, 'target', now())
    }),
  )
}

/** Migrations have added the columns in another order in each kind of database. */
async function columnsOf(source: Side, runner: string): Promise<Columns> {
  return await atOneMoment(source, runner, async (snapshot) => {
    const columns = new Map<MovedTable, readonly string[]>()
    for (const table of movedTables) columns.set(table, await snapshot.columns(table))
    return columns
  })
}

async function countAll(
  snapshot: { readonly count: (table: MovedTable) => Promise<number> },
  tables: readonly MovedTable[],
): Promise<number> {
  let sum = 0
  for (const table of tables) sum += await snapshot.count(table)
  return sum
}

function counter(onDone: (done: number) => void): (count: number) => void {
  let done = 0
  return (count) => {
    done += count
    onDone(done)
  }
}
