/** The `revoked_tokens` table: the `jti` of access tokens that were revoked one by one. */
import type { ExpressionBuilder } from 'kysely'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

/** Where a token comes from. Tokens of one origin are revoked together when there are too many to revoke one by one. */
export interface TokenOrigin {
  /** The user, or for a client's own tokens the client. */
  readonly subject: string
  readonly clientId: string
  readonly hasGrant: boolean
}

export interface TokenToRevoke {
  /** Its `jti`. */
  readonly tokenId: string
  readonly origin: TokenOrigin
  /** Seconds since the epoch; 0 when the token has no `iat`. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export interface RevokedTokensTable {
  readonly insert: (token: TokenToRevoke) => Promise<void>
  /** How many that have not expired there are of one origin, and of all. */
  readonly count: (origin: TokenOrigin, now: number) => Promise<{ readonly ofOrigin: number; readonly ofAll: number }>
  /** Without a promise on SQLite. */
  readonly has: (tokenId: string) => boolean | Promise<boolean>
  /** Removes those of the origin that were issued until `time`, once all tokens of the origin are revoked together. */
  readonly removeOf: (origin: TokenOrigin, time: number) => Promise<void>
  /** Removes at most `max` of the expired tokens. Returns how many: 0 when none is left. */
  readonly removeEnded: (now: number, max: number) => Promise<number>
}

interface Origin {
  readonly subject: string
  readonly clientId: string
  readonly hasGrant: number
}

const insert = statement(
  'revoked_tokens.insert',
  (db, p: Placeholders<Origin & { tokenId: string; issuedAt: number; expiresAt: number }>) =>
    db
      .insertInto('revoked_tokens')
      .values({
        token_id: p.tokenId,
        subject: p.subject,
        client_id: p.clientId,
        has_grant: p.hasGrant,
        issued_at: p.issuedAt,
        expires_at: p.expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing()),
)

const countOfOrigin = statement('revoked_tokens.countOfOrigin', (db, p: Placeholders<Origin & { now: number }>) =>
  db
    .selectFrom('revoked_tokens')
    .select((rows) => rows.fn.countAll().as('count'))
    .where(isOf(p))
    .where('expires_at', '>', p.now),
)

const countAll = statement('revoked_tokens.countAll', (db, p: Placeholders<{ now: number }>) =>
  db
    .selectFrom('revoked_tokens')
    .select((rows) => rows.fn.countAll().as('count'))
    .where('expires_at', '>', p.now),
)

const byId = statement('revoked_tokens.has', (db, p: Placeholders<{ tokenId: string }>) =>
  db.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', p.tokenId),
)

const removeOf = statement('revoked_tokens.removeOf', (db, p: Placeholders<Origin & { time: number }>) =>
  db.deleteFrom('revoked_tokens').where(isOf(p)).where('issued_at', '<=', p.time),
)

const removeEnded = statement('revoked_tokens.removeEnded', (db, p: Placeholders<{ now: number; max: number }>) => {
  const ended = db.selectFrom('revoked_tokens').select('token_id').where('expires_at', '<=', p.now).limit(p.max)
  return db.deleteFrom('revoked_tokens').where('expires_at', '<=', p.now).where('token_id', 'in', ended)
})

function isOf(p: Placeholders<Origin>) {
  return (where: ExpressionBuilder<Schema, 'revoked_tokens'>) =>
    where.and([
      where('subject', '=', p.subject),
      where('client_id', '=', p.clientId),
      where('has_grant', '=', p.hasGrant),
    ])
}

export function revokedTokensTable({ read, write }: Connection): RevokedTokensTable {
  return {
    insert: async ({ tokenId, origin, issuedAt, expiresAt }) => {
      await write(insert, { tokenId, ...toOrigin(origin), issuedAt, expiresAt })
    },
    count: async (origin, now) => {
      const [[ofOrigin], [ofAll]] = await Promise.all([
        read(countOfOrigin, { ...toOrigin(origin), now }),
        read(countAll, { now }),
      ])
      // PostgreSQL returns such numbers as text.
      return { ofOrigin: Number(ofOrigin?.count), ofAll: Number(ofAll?.count) }
    },
    has: (tokenId) => atOnce(read(byId, { tokenId }), (rows) => rows.length > 0),
    removeOf: async (origin, time) => {
      await write(removeOf, { ...toOrigin(origin), time })
    },
    removeEnded: (now, max) => write(removeEnded, { now, max }),
  }
}

function toOrigin({ subject, clientId, hasGrant }: TokenOrigin): Origin {
  return { subject, clientId, hasGrant: Number(hasGrant) }
}
