/** The count and the checksum of a table: the same for the same rows, in any order and in either database. */
import { hash } from 'node:crypto'
import type { Snapshot, StoredRow } from '../snapshot.ts'
import type { MovedTable } from './moved-tables.ts'

export interface Checksum {
  readonly rows: number
  /** The sum of the SHA-256 of all rows, in eight parts of 32 bits. */
  readonly sum: Uint32Array
}

/** `onRows` is called with how many more were read. */
export async function checksumOf(
  snapshot: Snapshot,
  table: MovedTable,
  columns: readonly string[],
  onRows: (count: number) => void = () => {},
): Promise<Checksum> {
  const sum = new Uint32Array(8)
  let rows = 0
  for await (const batch of snapshot.rows(table, columns)) {
    for (const row of batch) add(sum, row)
    rows += batch.length
    onRows(batch.length)
  }
  return { rows, sum }
}

export function areEqual(one: Checksum, other: Checksum): boolean {
  return one.rows === other.rows && one.sum.every((part, at) => part === other.sum[at])
}

function add(sum: Uint32Array, row: StoredRow): void {
  const digest = hash('sha256', JSON.stringify(row), 'buffer')
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + digest.readUInt32LE(4 * at)
}
