/** The `consents` table: what a user allowed a client for good. */
import { scopesIn } from '../domain/scope.ts'
import type { Connection } from './connection.ts'

export interface ConsentsTable {
  /** The scopes that the user allowed the client, be it none; `undefined` when they never allowed it anything. */
  readonly find: (userId: string, clientId: string) => Promise<readonly string[] | undefined>
  /** The same; in a transaction, nobody can take them back until that has ended. */
  readonly hold: (userId: string, clientId: string) => Promise<readonly string[] | undefined>
  /** Adds to what is remembered; in a transaction, so that of two at once neither is lost. */
  readonly remember: (userId: string, clientId: string, scopes: readonly string[], now: number) => Promise<void>
  /** For any client when `clientId` is `undefined`. */
  readonly remove: (userId: string, clientId: string | undefined) => Promise<void>
}

export function consentsTable({ db, kind, read, compiled }: Connection): ConsentsTable {
  return {
    find: async (userId, clientId) => {
      const byKey = () =>
        db.selectFrom('consents').select('scope').where('user_id', '=', '').where('client_id', '=', '')
      const [row] = await read(compiled('consents.find', byKey), [userId, clientId])
      return row && scopesIn(row.scope)
    },
    hold: async (userId, clientId) => {
      const query = db
        .selectFrom('consents')
        .select('scope')
        .where('user_id', '=', userId)
        .where('client_id', '=', clientId)
      // A transaction on SQLite has locked the whole database already.
      const row = await (kind === 'postgres' ? query.forShare() : query).executeTakeFirst()
      return row && scopesIn(row.scope)
    },
    remember: async (userId, clientId, scopes, now) => {
      // The row is locked from here on, and what it held comes back.
      const former = await db
        .insertInto('consents')
        .values({ user_id: userId, client_id: clientId, scope: '', given_at: now })
        .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doUpdateSet({ given_at: now }))
        .returning('scope')
        .executeTakeFirst()
      await db
        .updateTable('consents')
        .set({ scope: [...new Set([...scopesIn(former?.scope), ...scopes])].join(' ') })
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
