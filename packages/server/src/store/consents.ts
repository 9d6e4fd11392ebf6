/** The `consents` table: what a user allowed a client for good. */
import { addConsent, type Consent } from '../domain/consent.ts'
import { scopesIn } from '../domain/scope.ts'
import type { Connection } from './connection.ts'

export interface ConsentsTable {
  /** Empty when the user never allowed the client anything. */
  readonly find: (userId: string, clientId: string) => Promise<Consent>
  /** The same; in a transaction, nobody can take it back until that has ended. */
  readonly hold: (userId: string, clientId: string) => Promise<Consent>
  /** Adds to what is remembered; in a transaction, so that of two at once neither is lost. */
  readonly remember: (userId: string, clientId: string, allowed: Consent, now: number) => Promise<void>
  /** For any client when `clientId` is `undefined`. */
  readonly remove: (userId: string, clientId: string | undefined) => Promise<void>
}

export function consentsTable({ db, kind, read, compiled }: Connection): ConsentsTable {
  return {
    find: async (userId, clientId) => {
      const byKey = () =>
        db.selectFrom('consents').select('allowed').where('user_id', '=', '').where('client_id', '=', '')
      const [row] = await read(compiled('consents.find', byKey), [userId, clientId])
      return consentIn(row?.allowed)
    },
    hold: async (userId, clientId) => {
      const query = db
        .selectFrom('consents')
        .select('allowed')
        .where('user_id', '=', userId)
        .where('client_id', '=', clientId)
      // A transaction on SQLite has locked the whole database already.
      const row = await (kind === 'postgres' ? query.forShare() : query).executeTakeFirst()
      return consentIn(row?.allowed)
    },
    remember: async (userId, clientId, allowed, now) => {
      // The row is locked from here on, and what it held comes back.
      const former = await db
        .insertInto('consents')
        .values({ user_id: userId, client_id: clientId, allowed: '{}', given_at: now })
        .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doUpdateSet({ given_at: now }))
        .returning('allowed')
        .executeTakeFirst()
      await db
        .updateTable('consents')
        .set({ allowed: toJson(addConsent(consentIn(former?.allowed), allowed)) })
        .where('user_id', '=', userId)
        .where('client_id', '=', clientId)
        .execute()
    },
    remove: async (userId, clientId) => {
      const all = db.deleteFrom('consents').where('user_id', '=', userId)
      await (clientId === undefined ? all : all.where('client_id', '=', clientId)).execute()
    },
  }
}

function consentIn(text: string | undefined): Consent {
  // Written below.
  const allowed: Record<string, string> = JSON.parse(text ?? '{}')
  return new Map(Object.entries(allowed).map(([resource, scope]) => [resource, scopesIn(scope)]))
}

function toJson(consent: Consent): string {
  return JSON.stringify(Object.fromEntries([...consent].map(([resource, scopes]) => [resource, scopes.join(' ')])))
}
