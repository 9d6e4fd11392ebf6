/** The `revoked_tokens` table: the `jti` of access tokens that were revoked before they expired. */
import type { Connection } from './connection.ts'

export interface RevokedTokensTable {
  readonly insert: (tokenId: string, expiresAt: number) => Promise<void>
  readonly has: (tokenId: string) => Promise<boolean>
  readonly removeEnded: (now: number) => Promise<void>
}

export function revokedTokensTable({ db }: Connection): RevokedTokensTable {
  return {
    insert: async (tokenId, expiresAt) => {
      await db
        .insertInto('revoked_tokens')
        .values({ token_id: tokenId, expires_at: expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    has: async (tokenId) => {
      const row = await db
        .selectFrom('revoked_tokens')
        .select('token_id')
        .where('token_id', '=', tokenId)
        .executeTakeFirst()
      return row !== undefined
    },
    removeEnded: async (now) => {
      await db.deleteFrom('revoked_tokens').where('expires_at', '<=', now).execute()
    },
  }
}
