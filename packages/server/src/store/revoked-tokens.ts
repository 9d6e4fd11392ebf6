/** The `revoked_tokens` table: the `jti` of access tokens that were revoked before they expired. */
import type { Connection } from './connection.ts'

export interface RevokedTokensTable {
  readonly insert: (tokenId: string, expiresAt: number) => Promise<void>
  /** Without a promise where the database answers at once. */
  readonly has: (tokenId: string) => boolean | Promise<boolean>
  readonly removeEnded: (now: number) => Promise<void>
}

export function revokedTokensTable({ db, read }: Connection): RevokedTokensTable {
  const byId = db.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', '').compile()
  return {
    insert: async (tokenId, expiresAt) => {
      await db
        .insertInto('revoked_tokens')
        .values({ token_id: tokenId, expires_at: expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    has: (tokenId) => {
      const rows = read(byId, [tokenId])
      return rows instanceof Promise ? rows.then(isAny) : isAny(rows)
    },
    removeEnded: async (now) => {
      await db.deleteFrom('revoked_tokens').where('expires_at', '<=', now).execute()
    },
  }
}

function isAny(rows: readonly object[]): boolean {
  return rows.length > 0
}
