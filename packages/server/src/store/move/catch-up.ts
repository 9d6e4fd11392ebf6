/** Copies what has changed in the source since the last time, and compares both databases. */
import { countersign } from '../../config/called-as.ts'
import { StoreError } from '../errors.ts'
import { openSnapshotOnly } from '../open-snapshot.ts'
import type { Snapshot } from '../snapshot.ts'
import { applyChanges, batchesOf, type Columns, rowsWith } from './apply-changes.ts'
import { type Changes, readChanges, removeEntries } from './change-log.ts'
import { areEqual, checksumOf } from './checksum.ts'
import { inTransaction } from './in-transaction.ts'
import { type MovedTable, movedTables } from './moved-tables.ts'
import { namedSnapshot, onSide } from './on-side.ts'
import { requireRunner, takenOver } from './records.ts'
import type { Side, Sides } from './sides.ts'
import { despiteRefusal } from './write-refusal.ts'

export interface Run {
  readonly sides: Sides
  readonly runner: string
  readonly columns: Columns
}

/** Entries of the log that are removed at a time: on SQLite, writers wait meanwhile. */
const removedAtOnce = 5000

/** Brings `tables` of the target to the state of the snapshot. Returns what had changed. */
export async function catchUp(
  { sides, runner, columns }: Run,
  source: Snapshot,
  tables: readonly MovedTable[],
): Promise<Changes> {
  const changes = await readChanges(source)
  const { kind } = sides.target.connection
  if (changes.ids.length > 0) {
    await inTransaction(sides.target, async (db) => {
      await requireRunner(db, 'target', runner)
      await despiteRefusal(db, () => applyChanges({ db, kind }, source, changes, tables, columns))
    })
  }
  return changes
}

/** Call it when the target has the changes. */
export async function forget({ sides, runner }: Run, { ids }: Changes): Promise<void> {
  const { kind } = sides.source.connection
  for (let first = 0; first < ids.length; first += removedAtOnce) {
    await inTransaction(sides.source, async (db) => {
      await requireRunner(db, 'source', runner)
      await removeEntries(db, kind, ids.slice(first, first + removedAtOnce))
    })
  }
}

/**
 * Performs `work` on the state of one of the databases at this moment. Without a `runner` the move has not begun.
 * @throws StoreError `unmovable` when its URL leads elsewhere than before
 */
export async function atOneMoment<Result>(
  side: Side,
  runner: string | undefined,
  work: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  if (!side.isInPlace()) throw replaced(side)
  const snapshot = namedSnapshot(side, await onSide(side, () => openSnapshotOnly(side.url)))
  try {
    if (runner !== undefined && (await runnerOf(snapshot, side)) !== runner) throw takenOver()
    return await work(snapshot)
  } finally {
    await snapshot.close()
  }
}

function replaced({ role, name }: Side): StoreError {
  const message = `The file of the ${role}, ${name}, was moved, replaced or removed while it was open. Put it back, with its -wal file, and run ${countersign} move again.`
  return new StoreError('unmovable', message)
}

/** Another database has another one, such as that of a PostgreSQL which has taken over the address. */
async function runnerOf(snapshot: Snapshot, { role }: Side): Promise<unknown> {
  const rows = await snapshot.query(`select runner from countersign_moves where role = '${role}'`, [])
  return rows[0]?.[0]
}

/** Compares the counts and checksums of all tables; the target has the changes of the snapshot. @throws StoreError `unmovable` */
export async function requireEqual(
  { sides, runner, columns }: Run,
  source: Snapshot,
  onRows: (count: number) => void,
): Promise<void> {
  await atOneMoment(sides.target, runner, async (target) => {
    for (const table of movedTables) {
      const names = columns.get(table) ?? []
      const [one, other] = await Promise.all([
        checksumOf(source, table, names, onRows),
        checksumOf(target, table, names, onRows),
      ])
      if (!areEqual(one, other)) throw different(table, `${one.rows} rows in the source, ${other.rows} in the target`)
    }
  })
}

/** The same of the counts of all tables and of the rows that changed: cheap, for the end. @throws StoreError `unmovable` */
export async function requireEqualChanges(
  { sides, runner, columns }: Run,
  source: Snapshot,
  { keys }: Changes,
): Promise<void> {
  await atOneMoment(sides.target, runner, async (target) => {
    for (const table of movedTables) {
      const [one, other] = await Promise.all([source.count(table), target.count(table)])
      if (one !== other) throw different(table, `${one} rows in the source, ${other} in the target`)
      const names = columns.get(table) ?? []
      for (const batch of batchesOf(keys.get(table))) {
        const texts = [source, target].map(async (snapshot) =>
          (await rowsWith(snapshot, table, names, batch)).map((row) => JSON.stringify(row)).toSorted(),
        )
        const [ours, theirs] = await Promise.all(texts)
        if (JSON.stringify(ours) !== JSON.stringify(theirs)) throw different(table, 'rows that have changed')
      }
    }
  })
}

function different(table: MovedTable, what: string): StoreError {
  const message = `The copy of ${table} differs from the source (${what}): another program has written into the target. The source goes on as before. Move into an empty database.`
  return new StoreError('unmovable', message)
}
