/**
 * Removes many rows in slices that end soon. A statement on SQLite stops the whole process, and one on PostgreSQL keeps the locks of its rows.
 * Where a row's expiry can move, the condition stands twice in the statement, in what chooses the rows and in what removes them: then it is
 * checked again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from './open.ts'
import type { Tables } from './tables.ts'

/** Milliseconds that a slice may take. Writing it to the disk comes on top. */
const sliceMs = 10
const firstSize = 50
const maxSize = 5000

/** Removes at most `max` rows, and returns how many: 0 when none is left. */
export type Remove = (tables: Tables, max: number) => Promise<number>

/** `isEnding`: whether the rest is left for another time. */
export async function inSlices(
  store: Pick<Store, 'transaction'>,
  remove: Remove,
  isEnding: () => boolean = () => false,
): Promise<void> {
  let size = firstSize
  while (!isEnding()) {
    const { removed, tookMs } = await store.transaction(async (tables) => {
      const begun = performance.now()
      return { removed: await remove(tables, size), tookMs: performance.now() - begun }
    })
    if (removed === 0) return
    size = nextSize(size, tookMs)
    // Half of the time is for requests.
    await sleep(tookMs)
  }
}

/** How many rows the next slice removes, after one of `size` rows took `tookMs`. @internal */
export function nextSize(size: number, tookMs: number): number {
  // Rows differ, since other rows go with some of them: a slice grows slowly and shrinks at once.
  const fitting = Math.floor((size * sliceMs) / Math.max(tookMs, 0.01))
  return Math.max(1, Math.min(fitting, size * 2, maxSize))
}
