/** The `throttle` table: how many guesses are left in a window of time. */
import { sql } from 'kysely'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'

export interface ThrottleTable {
  /**
   * Counts one guess against `key` and answers whether it was within `limit`. One statement, so that parallel guesses
   * can't pass between a check and a count. A window begins with its first guess and ends `window` seconds later.
   */
  readonly consume: (key: string, limit: number, window: number, now: number) => Promise<boolean>
  /** Whether `key` has no guess left. Reads only: what is refused often costs no write. */
  readonly isExhausted: (key: string, limit: number, now: number) => Promise<boolean>
  /** Takes back one counted guess. A count of none is not kept. */
  readonly refund: (key: string) => Promise<void>
  readonly clear: (key: string) => Promise<void>
  /** Forgets a batch of the windows that ended before `now`: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (now: number) => Promise<number>
}

export function throttleTable({ db, read }: Connection): ThrottleTable {
  const byKey = db.selectFrom('throttle').select(['failures', 'window_ends_at']).where('key', '=', '').compile()
  return {
    consume: async (key, limit, window, now) => {
      const rows = await db
        .insertInto('throttle')
        .values({ key, failures: 1, window_ends_at: now + window })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet({
              failures: sql<number>`case when throttle.window_ends_at <= ${now} then 1 else throttle.failures + 1 end`,
              window_ends_at: sql<number>`case when throttle.window_ends_at <= ${now} then excluded.window_ends_at else throttle.window_ends_at end`,
            })
            .where((where) =>
              where.or([where('throttle.window_ends_at', '<=', now), where('throttle.failures', '<', limit)]),
            ),
        )
        .returning('failures')
        .execute()
      return rows.length > 0
    },
    isExhausted: async (key, limit, now) => {
      const [row] = await read(byKey, [key])
      return row !== undefined && row.window_ends_at > now && row.failures >= limit
    },
    refund: async (key) => {
      const [last] = await db.deleteFrom('throttle').where('key', '=', key).where('failures', '<=', 1).execute()
      if (last && last.numDeletedRows > 0n) return
      await db
        .updateTable('throttle')
        .set((set) => ({ failures: set('failures', '-', 1) }))
        .where('key', '=', key)
        .where('failures', '>', 0)
        .execute()
    },
    clear: async (key) => {
      await db.deleteFrom('throttle').where('key', '=', key).execute()
    },
    removeEnded: async (now) => {
      const ended = db.selectFrom('throttle').select('key').where('window_ends_at', '<=', now).limit(batchSize)
      return countRemoved(
        await db.deleteFrom('throttle').where('window_ends_at', '<=', now).where('key', 'in', ended).execute(),
      )
    },
  }
}
