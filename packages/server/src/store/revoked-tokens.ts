/** The `revoked_tokens` table: the `jti` of access tokens that were revoked before they expired. */
import { atOnce } from '../at-once.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'

export interface TokenToRevoke {
  /** Its `jti`. */
  readonly tokenId: string
  /** Whom it speaks for; `null` for a client's own. */
  readonly userId: string | null
  readonly expiresAt: number
}

export interface RevokedTokensTable {
  readonly insert: (token: TokenToRevoke, now: number) => Promise<void>
  /** Without a promise where the database answers at once. */
  readonly has: (tokenId: string) => boolean | Promise<boolean>
  /** A batch of what has ended: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (now: number) => Promise<number>
}

export function revokedTokensTable({ db, read }: Connection): RevokedTokensTable {
  const byId = db.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', '').compile()
  return {
    insert: async ({ tokenId, userId, expiresAt }, now) => {
      await db
        .insertInto('revoked_tokens')
        .values({ token_id: tokenId, user_id: userId, revoked_at: now, expires_at: expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    has: (tokenId) => atOnce(read(byId, [tokenId]), (rows) => rows.length > 0),
    removeEnded: async (now) => {
      const ended = db.selectFrom('revoked_tokens').select('token_id').where('expires_at', '<=', now).limit(batchSize)
      return countRemoved(
        await db.deleteFrom('revoked_tokens').where('expires_at', '<=', now).where('token_id', 'in', ended).execute(),
      )
    },
  }
}
