/** The `logout_deliveries` table: which clients have yet to learn of which ended session, and when the next attempt is. */
import type { LogoutDelivery } from '../domain/logout-delivery.ts'
import type { Connection } from './connection.ts'
import type { LogoutDeliveryRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface LogoutDeliveriesTable {
  /** Adds a delivery that is due at `now`. */
  readonly insert: (delivery: Omit<LogoutDelivery, 'attempts'>, now: number) => Promise<void>
  /**
   * Takes the delivery that has been due longest. It is due again at `leaseEndsAt` unless it is removed or postponed before.
   * One statement: of several processes one takes it.
   */
  readonly claim: (now: number, leaseEndsAt: number) => Promise<LogoutDelivery | undefined>
  readonly postpone: (id: string, nextAttemptAt: number) => Promise<void>
  readonly remove: (id: string) => Promise<void>
}

const columns = [
  'id',
  'client_id',
  'session_id',
  'user_id',
  'attempts',
  'next_attempt_at',
] as const satisfies readonly (keyof LogoutDeliveryRow)[]

const insert = statement('logout_deliveries.insert', (db, p: Placeholders<LogoutDeliveryRow>) =>
  db.insertInto('logout_deliveries').values(placed(p, columns)),
)

const claim = statement(
  'logout_deliveries.claim',
  (db, p: Placeholders<{ now: number; leaseEndsAt: number }>, kind) => {
    const due = db
      .selectFrom('logout_deliveries')
      .select('id')
      .where('next_attempt_at', '<=', p.now)
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(1)
    return (
      db
        .updateTable('logout_deliveries')
        .set((set) => ({ attempts: set('attempts', '+', 1), next_attempt_at: p.leaseEndsAt }))
        // Skips what another process is claiming at this moment. On SQLite one statement follows another.
        .where('id', '=', kind === 'postgres' ? due.forUpdate().skipLocked() : due)
        .returning(columns)
    )
  },
)

const postpone = statement('logout_deliveries.postpone', (db, p: Placeholders<{ id: string; nextAttemptAt: number }>) =>
  db.updateTable('logout_deliveries').set({ next_attempt_at: p.nextAttemptAt }).where('id', '=', p.id),
)

const remove = statement('logout_deliveries.remove', (db, p: Placeholders<{ id: string }>) =>
  db.deleteFrom('logout_deliveries').where('id', '=', p.id),
)

export function logoutDeliveriesTable({ write, writeReturning }: Connection): LogoutDeliveriesTable {
  return {
    insert: async (delivery, now) => {
      await write(insert, toRow(delivery, now))
    },
    claim: async (now, leaseEndsAt) => {
      const [row] = await writeReturning(claim, { now, leaseEndsAt })
      return row && fromRow(row)
    },
    postpone: async (id, nextAttemptAt) => {
      await write(postpone, { id, nextAttemptAt })
    },
    remove: async (id) => {
      await write(remove, { id })
    },
  }
}

function toRow({ id, clientId, sessionId, userId }: Omit<LogoutDelivery, 'attempts'>, now: number): LogoutDeliveryRow {
  return {
    id,
    client_id: clientId,
    session_id: sessionId,
    user_id: userId,
    attempts: 0,
    next_attempt_at: now,
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
