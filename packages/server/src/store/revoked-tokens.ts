/** The `revoked_tokens` table: the `jti` of access tokens that were revoked one by one before they expired. */
import { atOnce } from './at-once.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'

/** Whose a token is, with all that end together when one has to end for good. */
export interface TokenOrigin {
  /** The user that it speaks for, or the client whose own it is. */
  readonly subject: string
  readonly clientId: string
  readonly hasGrant: boolean
}

export interface TokenToRevoke {
  /** Its `jti`. */
  readonly tokenId: string
  readonly origin: TokenOrigin
  /** Seconds since the epoch; 0 when it does not tell. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export interface RevokedTokensTable {
  readonly insert: (token: TokenToRevoke) => Promise<void>
  /** How many there are of one origin, and of all. */
  readonly count: (origin: TokenOrigin) => Promise<{ readonly ofOrigin: number; readonly ofAll: number }>
  /** Without a promise where the database answers at once. */
  readonly has: (tokenId: string) => boolean | Promise<boolean>
  /** Forgets those of the origin that were issued until `time`: they have ended all together. */
  readonly removeOf: (origin: TokenOrigin, time: number) => Promise<void>
  /** A batch of what has ended: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (now: number) => Promise<number>
}

export function revokedTokensTable({ db, read }: Connection): RevokedTokensTable {
  const byId = db.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', '').compile()
  return {
    insert: async ({ tokenId, origin, issuedAt, expiresAt }) => {
      await db
        .insertInto('revoked_tokens')
        .values({ token_id: tokenId, ...columnsOf(origin), issued_at: issuedAt, expires_at: expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    count: async (origin) => {
      const all = db.selectFrom('revoked_tokens').select((rows) => rows.fn.countAll().as('rows'))
      const [ofOrigin, ofAll] = await Promise.all([
        all.where((rows) => rows.and(columnsOf(origin))).executeTakeFirstOrThrow(),
        all.executeTakeFirstOrThrow(),
      ])
      // PostgreSQL answers such numbers as text.
      return { ofOrigin: Number(ofOrigin.rows), ofAll: Number(ofAll.rows) }
    },
    has: (tokenId) => atOnce(read(byId, [tokenId]), (rows) => rows.length > 0),
    removeOf: async (origin, time) => {
      await db
        .deleteFrom('revoked_tokens')
        .where((rows) => rows.and(columnsOf(origin)))
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

function columnsOf({ subject, clientId, hasGrant }: TokenOrigin) {
  return { subject, client_id: clientId, has_grant: Number(hasGrant) }
}
