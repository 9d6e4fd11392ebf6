/** The `consents` table: what a user allowed a client for good. */
import type { Connection } from './connection.ts'

export interface ConsentsTable {
  /** The scopes that the user allowed the client; none when they never did. */
  readonly find: (userId: string, clientId: string) => Promise<readonly string[]>
  /** Replaces what was remembered. */
  readonly remember: (userId: string, clientId: string, scopes: readonly string[], now: number) => Promise<void>
  /** Whether there was one; of any client when `clientId` is `undefined`. */
  readonly remove: (userId: string, clientId: string | undefined) => Promise<boolean>
}

export function consentsTable({ db, read, compiled }: Connection): ConsentsTable {
  return {
    find: async (userId, clientId) => {
      const byKey = () =>
        db.selectFrom('consents').select('scope').where('user_id', '=', '').where('client_id', '=', '')
      const [row] = await read(compiled('consents.find', byKey), [userId, clientId])
      return row ? row.scope.split(' ').filter((name) => name !== '') : []
    },
    remember: async (userId, clientId, scopes, now) => {
      const scope = scopes.join(' ')
      await db
        .insertInto('consents')
        .values({ user_id: userId, client_id: clientId, scope, given_at: now })
        .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doUpdateSet({ scope, given_at: now }))
        .execute()
    },
    remove: async (userId, clientId) => {
      const all = db.deleteFrom('consents').where('user_id', '=', userId)
      const [result] = await (clientId === undefined ? all : all.where('client_id', '=', clientId)).execute()
      return (result?.numDeletedRows ?? 0n) > 0n
    },
  }
}
