/** Brings changed rows of the target to the state of a snapshot of the source. */
import { CompiledQuery } from 'kysely'
import type { Target } from '../insert-rows.ts'
import { listed, type Snapshot, type StoredRow, snapshotBatch } from '../snapshot.ts'
import type { Changes } from './change-log.ts'
import { hasOneOf } from './key-list.ts'
import { moveRows } from './move-rows.ts'
import { keyColumns, type MovedTable, referredTo } from './moved-tables.ts'

/** The columns of each table, in the order in which its rows are read and written. */
export type Columns = ReadonlyMap<MovedTable, readonly string[]>

/**
 * Call it in a transaction of the target. All that changed in `tables` since their state in the target must be in `changes`; they are in
 * the order of `movedTables`.
 */
export async function applyChanges(
  target: Target,
  source: Snapshot,
  { keys }: Changes,
  tables: readonly MovedTable[],
  columns: Columns,
): Promise<void> {
  const changed = tables.filter((table) => keys.has(table))
  // What refers to a row goes before it, and comes after it. So a name is free before another row takes it.
  for (const table of changed.toReversed()) {
    for (const batch of batchesOf(keys.get(table))) {
      const gone = referredTo.includes(table) ? await missing(source, table, batch) : batch
      await remove(target, table, gone)
    }
  }
  for (const table of changed) {
    const names = columns.get(table) ?? []
    // To delete one of these would also delete what refers to it.
    const replacing = referredTo.includes(table) ? keyColumns[table] : undefined
    for (const batch of batchesOf(keys.get(table))) {
      await moveRows(target, { table, columns: names, rows: await rowsWith(source, table, names, batch), replacing })
    }
  }
}

/** The rows with these keys, in no order. */
export async function rowsWith(
  snapshot: Snapshot,
  table: MovedTable,
  columns: readonly string[],
  keys: readonly string[],
): Promise<readonly StoredRow[]> {
  const condition = hasOneOf(snapshot.kind, keyColumns[table])
  return await snapshot.query(`select ${listed(columns)} from "${table}" where ${condition}`, [listOf(keys)])
}

export function* batchesOf(keys: ReadonlySet<string> = new Set()): Generator<readonly string[]> {
  const all = [...keys]
  for (let first = 0; first < all.length; first += snapshotBatch) yield all.slice(first, first + snapshotBatch)
}

async function missing(source: Snapshot, table: MovedTable, keys: readonly string[]): Promise<readonly string[]> {
  const found = await rowsWith(source, table, keyColumns[table], keys)
  const present = new Set(found.map((key) => JSON.stringify(key)))
  return keys.filter((key) => !present.has(key))
}

async function remove({ db, kind }: Target, table: MovedTable, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const condition = hasOneOf(kind, keyColumns[table])
  await db.executeQuery(CompiledQuery.raw(`delete from "${table}" where ${condition}`, [listOf(keys)]))
}

/** Each key is JSON already. */
function listOf(keys: readonly string[]): string {
  return `[${keys.join()}]`
}
