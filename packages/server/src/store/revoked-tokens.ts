/** The `revoked_tokens` table: the `jti` of access tokens that were revoked one by one before they expired. */
import { atOnce } from '../at-once.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'

/** What a token came of, and ends with: a grant; without one, the user that it speaks for, or the client whose own it is. */
export interface Owner {
  readonly kind: 'grant' | 'user' | 'client'
  readonly id: string
}

export interface TokenToRevoke {
  /** Its `jti`. */
  readonly tokenId: string
  readonly owner: Owner
  /** Seconds since the epoch; 0 when it does not tell. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export interface RevokedTokensTable {
  readonly insert: (token: TokenToRevoke) => Promise<void>
  /** How many there are of one owner, and of all. */
  readonly count: (owner: Owner) => Promise<{ readonly ofOwner: number; readonly ofAll: number }>
  /** Without a promise where the database answers at once. */
  readonly has: (tokenId: string) => boolean | Promise<boolean>
  /** Forgets those of the owner that were issued until `time`: they have ended with it. */
  readonly removeOf: (owner: Owner, time: number) => Promise<void>
  /** A batch of what has ended: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (now: number) => Promise<number>
}

export function revokedTokensTable({ db, read }: Connection): RevokedTokensTable {
  const byId = db.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', '').compile()
  return {
    insert: async ({ tokenId, owner, issuedAt, expiresAt }) => {
      await db
        .insertInto('revoked_tokens')
        .values({
          token_id: tokenId,
          owner_kind: owner.kind,
          owner_id: owner.id,
          issued_at: issuedAt,
          expires_at: expiresAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    count: async ({ kind, id }) => {
      const all = db.selectFrom('revoked_tokens').select((rows) => rows.fn.countAll().as('rows'))
      const [ofOwner, ofAll] = await Promise.all([
        all.where('owner_kind', '=', kind).where('owner_id', '=', id).executeTakeFirstOrThrow(),
        all.executeTakeFirstOrThrow(),
      ])
      // PostgreSQL answers such numbers as text.
      return { ofOwner: Number(ofOwner.rows), ofAll: Number(ofAll.rows) }
    },
    has: (tokenId) => atOnce(read(byId, [tokenId]), (rows) => rows.length > 0),
    removeOf: async ({ kind, id }, time) => {
      await db
        .deleteFrom('revoked_tokens')
        .where('owner_kind', '=', kind)
        .where('owner_id', '=', id)
        .where('issued_at', '<=', time)
        .execute()
    },
    removeEnded: async (now) => {
      const ended = db.selectFrom('revoked_tokens').select('token_id').where('expires_at', '<=', now).limit(batchSize)
      return countRemoved(
        await db.deleteFrom('revoked_tokens').where('expires_at', '<=', now).where('token_id', 'in', ended).execute(),
      )
    },
  }
}
