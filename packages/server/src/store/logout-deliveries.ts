/** The `logout_deliveries` table: which clients are still to be told of which ended session, and when it is tried next. */
import type { LogoutDelivery } from '../domain/logout-delivery.ts'
import type { Connection } from './connection.ts'
import type { LogoutDeliveryRow } from './schema.ts'

export interface LogoutDeliveriesTable {
  /** Puts one in, due at `now`. */
  readonly insert: (delivery: Omit<LogoutDelivery, 'attempts'>, now: number) => Promise<void>
  /**
   * Takes the delivery that has been due longest, for an attempt that ends before `leaseEndsAt`: then it is due again,
   * should nobody have said how it went. One statement, so that of several processes one has it.
   */
  readonly claim: (now: number, leaseEndsAt: number) => Promise<LogoutDelivery | undefined>
  /** Says when it is tried next. */
  readonly putOff: (id: string, nextAttemptAt: number) => Promise<void>
  readonly remove: (id: string) => Promise<void>
}

export function logoutDeliveriesTable({ db, kind }: Connection): LogoutDeliveriesTable {
  return {
    insert: async ({ id, clientId, sessionId, userId }, now) => {
      await db
        .insertInto('logout_deliveries')
        .values({
          id,
          client_id: clientId,
          session_id: sessionId,
          user_id: userId,
          attempts: 0,
          next_attempt_at: now,
        })
        .execute()
    },
    claim: async (now, leaseEndsAt) => {
      const due = db
        .selectFrom('logout_deliveries')
        .select('id')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(1)
      const row = await db
        .updateTable('logout_deliveries')
        .set((set) => ({ attempts: set('attempts', '+', 1), next_attempt_at: leaseEndsAt }))
        // What another process is claiming at this moment is passed over. On SQLite one statement follows another.
        .where('id', '=', kind === 'postgres' ? due.forUpdate().skipLocked() : due)
        .returningAll()
        .executeTakeFirst()
      return row && fromRow(row)
    },
    putOff: async (id, nextAttemptAt) => {
      await db.updateTable('logout_deliveries').set({ next_attempt_at: nextAttemptAt }).where('id', '=', id).execute()
    },
    remove: async (id) => {
      await db.deleteFrom('logout_deliveries').where('id', '=', id).execute()
    },
  }
}

function fromRow(row: LogoutDeliveryRow): LogoutDelivery {
  return {
    id: row.id,
    clientId: row.client_id,
    sessionId: row.session_id,
    userId: row.user_id,
    attempts: row.attempts,
  }
}
