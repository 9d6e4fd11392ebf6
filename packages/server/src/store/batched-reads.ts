/**
 * Combines the reads of many requests: keys that are asked for while reads run are read together when one of these has returned. A read of a
 * hundred rows costs PostgreSQL, and this process, little more than a read of one.
 */
import { DatabaseBusy } from './database-busy.ts'

/** Keys in one read. */
const maxSize = 100
/** Reads that run at a time. With more of them, each would have fewer keys. */
const maxRunning = 2
/** Keys that wait for a read. They are read within some milliseconds, unless the database is in trouble. */
const maxWaiting = 1000

interface Waiting<Key, Value> {
  readonly key: Key
  /** In milliseconds, on the clock of `now`. */
  readonly since: number
  readonly resolve: (value: Value) => void
  readonly reject: (error: unknown) => void
}

export interface BatchLimits {
  /** For how many milliseconds a key may wait for reads before its own. */
  readonly maxWaitMs: number
  /** Milliseconds. @default `performance.now` */
  readonly now?: () => number
}

/**
 * `read` returns a value for each of the keys, in their order. No key is in a read that began before it was asked for.
 * @throws DatabaseBusy for a key that waits too long, or when too many wait
 */
export function batchedReads<Key, Value>(
  read: (keys: readonly Key[]) => Promise<readonly Value[]>,
  { maxWaitMs, now = () => performance.now() }: BatchLimits,
): (key: Key) => Promise<Value> {
  const waiting: Waiting<Key, Value>[] = []
  let running = 0
  let isPlanned = false

  /** Not at once: the other requests that have arrived by now go along. */
  function plan(): void {
    if (isPlanned || running === maxRunning || waiting.length === 0) return
    isPlanned = true
    setImmediate(run)
  }

  async function run(): Promise<void> {
    isPlanned = false
    rejectLate()
    const asked = waiting.splice(0, maxSize)
    if (asked.length === 0) return
    running++
    plan()
    try {
      const values = await read(asked.map(({ key }) => key))
      // One for each key.
      for (const [index, { resolve }] of asked.entries()) resolve(values[index] as Value)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    } finally {
      running--
      plan()
    }
  }

  function rejectLate(): void {
    const earliest = now() - maxWaitMs
    const late = waiting.findIndex(({ since }) => since >= earliest)
    for (const { reject } of waiting.splice(0, late < 0 ? waiting.length : late)) reject(new DatabaseBusy())
  }

  return async (key) => {
    if (waiting.length >= maxWaiting) throw new DatabaseBusy()
    const { promise, resolve, reject } = Promise.withResolvers<Value>()
    waiting.push({ key, since: now(), resolve, reject })
    plan()
    return await promise
  }
}
