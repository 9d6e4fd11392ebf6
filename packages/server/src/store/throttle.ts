/** The `throttle` table: how many failed login attempts, and wrong secrets of clients, are counted in a window of time. */
import { sql } from 'kysely'
import type { Connection } from './connection.ts'
import { type Placeholders, statement } from './statement.ts'

export interface ThrottleTable {
  /**
   * Counts one attempt against `key`. Whether it was within `limit`. One statement: parallel attempts cannot pass between a
   * check and a count. A window begins with its first attempt and ends `window` seconds later.
   */
  readonly consume: (key: string, limit: number, window: number, now: number) => Promise<boolean>
  /** The same, and returns how many are counted now; `undefined` when it was not within `limit`. */
  readonly count: (key: string, limit: number, window: number, now: number) => Promise<number | undefined>
  /** Whether `key` has no attempt left. Reads only: an attempt that is rejected anyway costs no write. */
  readonly isExhausted: (key: string, limit: number, now: number) => Promise<boolean>
  /** Takes one counted attempt back. A count of none is not kept. */
  readonly refund: (key: string) => Promise<void>
  readonly clear: (key: string) => Promise<void>
  /** Removes at most `max` of the windows that ended before `now`. Returns how many: 0 when none is left. */
  readonly removeEnded: (now: number, max: number) => Promise<number>
  /** The same for the windows that end after `time`. */
  readonly removeAfter: (time: number, max: number) => Promise<number>
}

const consume = statement(
  'throttle.consume',
  (db, p: Placeholders<{ key: string; limit: number; now: number; windowEndsAt: number }>) =>
    db
      .insertInto('throttle')
      .values({ key: p.key, failures: 1, window_ends_at: p.windowEndsAt })
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet({
            failures: sql<number>`case when throttle.window_ends_at <= ${p.now} then 1 else throttle.failures + 1 end`,
            window_ends_at: sql<number>`case when throttle.window_ends_at <= ${p.now} then excluded.window_ends_at else throttle.window_ends_at end`,
          })
          .where((where) =>
            where.or([where('throttle.window_ends_at', '<=', p.now), where('throttle.failures', '<', p.limit)]),
          ),
      )
      .returning('failures'),
)

const byKey = statement('throttle.find', (db, p: Placeholders<{ key: string }>) =>
  db.selectFrom('throttle').select(['failures', 'window_ends_at']).where('key', '=', p.key),
)

const removeLast = statement('throttle.removeLast', (db, p: Placeholders<{ key: string }>) =>
  db.deleteFrom('throttle').where('key', '=', p.key).where('failures', '<=', 1),
)

const decrement = statement('throttle.decrement', (db, p: Placeholders<{ key: string }>) =>
  db
    .updateTable('throttle')
    .set((set) => ({ failures: set('failures', '-', 1) }))
    .where('key', '=', p.key)
    .where('failures', '>', 0),
)

const clear = statement('throttle.clear', (db, p: Placeholders<{ key: string }>) =>
  db.deleteFrom('throttle').where('key', '=', p.key),
)

const removeEnded = statement('throttle.removeEnded', (db, p: Placeholders<{ now: number; max: number }>) => {
  const ended = db.selectFrom('throttle').select('key').where('window_ends_at', '<=', p.now).limit(p.max)
  return db.deleteFrom('throttle').where('window_ends_at', '<=', p.now).where('key', 'in', ended)
})

const removeAfter = statement('throttle.removeAfter', (db, p: Placeholders<{ time: number; max: number }>) => {
  const late = db.selectFrom('throttle').select('key').where('window_ends_at', '>', p.time).limit(p.max)
  return db.deleteFrom('throttle').where('window_ends_at', '>', p.time).where('key', 'in', late)
})

export function throttleTable({ read, write, writeReturning }: Connection): ThrottleTable {
  async function count(key: string, limit: number, window: number, now: number): Promise<number | undefined> {
    const [row] = await writeReturning(consume, { key, limit, now, windowEndsAt: now + window })
    return row?.failures
  }

  return {
    consume: async (key, limit, window, now) => (await count(key, limit, window, now)) !== undefined,
    count,
    isExhausted: async (key, limit, now) => {
      const [row] = await read(byKey, { key })
      return row !== undefined && row.window_ends_at > now && row.failures >= limit
    },
    refund: async (key) => {
      const wasLast = (await write(removeLast, { key })) > 0
      if (!wasLast) await write(decrement, { key })
    },
    clear: async (key) => {
      await write(clear, { key })
    },
    removeEnded: (now, max) => write(removeEnded, { now, max }),
    removeAfter: (time, max) => write(removeAfter, { time, max }),
  }
}
