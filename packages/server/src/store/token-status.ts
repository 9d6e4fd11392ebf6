/** What decides whether an access token of a user is active: one read at every request with a token, so of few columns. */
import type { TokenOwner } from '../domain/user.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import type { UserRow } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

/** What identifies a token. */
export interface TokenName {
  readonly subject: string
  /** Its `jti`. */
  readonly tokenId: string | undefined
  /** The grant that it was issued from. */
  readonly grantId: string | undefined
}

export interface TokenState {
  readonly user: TokenOwner
  readonly isRevoked: boolean
}

export interface TokenStatusReads {
  /** `undefined` when there is no such user. Without a promise on SQLite. */
  readonly find: (token: TokenName) => TokenState | undefined | Promise<TokenState | undefined>
}

const columns = [
  'id',
  'username',
  'email',
  'full_name',
  'is_disabled',
  'tokens_valid_from',
] as const satisfies readonly (keyof UserRow)[]

const byToken = statement('token_status.find', (db, p: Placeholders<{ subject: string; tokenId: string }>) =>
  db
    .selectFrom('users')
    .select(columns)
    .select((users) =>
      users.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', p.tokenId).as('revoked_token'),
    )
    .where('id', '=', p.subject),
)

const byTokenOfGrant = statement(
  'token_status.findOfGrant',
  (db, p: Placeholders<{ subject: string; tokenId: string; grantId: string }>) =>
    db
      .selectFrom('users')
      .select(columns)
      .select((users) => [
        users.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', p.tokenId).as('revoked_token'),
        users
          .selectFrom('grants')
          .select('id')
          .where('id', '=', p.grantId)
          .where('revoked_at', 'is', null)
          .as('live_grant'),
      ])
      .where('id', '=', p.subject),
)

export function tokenStatusReads({ read }: Connection): TokenStatusReads {
  return {
    find: ({ subject, tokenId = '', grantId }) => {
      if (grantId === undefined) return atOnce(read(byToken, { subject, tokenId }), stateIn)
      return atOnce(read(byTokenOfGrant, { subject, tokenId, grantId }), stateOfGrantIn)
    },
  }
}

type TokenRow = Pick<UserRow, (typeof columns)[number]> & { readonly revoked_token: string | null }

function stateIn([row]: readonly TokenRow[]): TokenState | undefined {
  return row && { user: ownerIn(row), isRevoked: row.revoked_token !== null }
}

function stateOfGrantIn([row]: readonly (TokenRow & { readonly live_grant: string | null })[]): TokenState | undefined {
  return row && { user: ownerIn(row), isRevoked: row.revoked_token !== null || row.live_grant === null }
}

function ownerIn(row: TokenRow): TokenOwner {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    fullName: row.full_name,
    isDisabled: row.is_disabled === 1,
    tokensValidFrom: row.tokens_valid_from,
  }
}
