/** Whom a token speaks for, and whether it was revoked: one read at every request that brings a token, so of few columns. */

import type { TokenOwner } from '../domain/user.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import type { UserRow } from './schema.ts'

/** What names a token: who it speaks for, its `jti`, and the grant it was made from. */
export interface TokenName {
  readonly subject: string
  readonly tokenId: string | undefined
  readonly grantId: string | undefined
}

export interface TokenState {
  readonly user: TokenOwner
  readonly isRevoked: boolean
}

export interface TokenOwnersTable {
  /** Without a promise where the database answers at once. */
  readonly find: (token: TokenName) => TokenState | undefined | Promise<TokenState | undefined>
}

const columns = ['id', 'username', 'email', 'full_name', 'is_disabled', 'tokens_valid_from'] as const

export function tokenOwnersTable({ db, read }: Connection): TokenOwnersTable {
  const byToken = db
    .selectFrom('users')
    .select(columns)
    .select((users) =>
      users.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', '').as('revoked_token'),
    )
    .where('id', '=', '')
    .compile()
  const byTokenOfGrant = db
    .selectFrom('users')
    .select(columns)
    .select((users) => [
      users.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', '').as('revoked_token'),
      users.selectFrom('grants').select('id').where('id', '=', '').where('revoked_at', 'is', null).as('live_grant'),
    ])
    .where('id', '=', '')
    .compile()

  return {
    find: ({ subject, tokenId = '', grantId }) => {
      if (grantId === undefined) return atOnce(read(byToken, [tokenId, subject]), stateIn)
      return atOnce(read(byTokenOfGrant, [tokenId, grantId, subject]), stateWithGrantIn)
    },
  }
}

type TokenRow = Pick<UserRow, (typeof columns)[number]> & { readonly revoked_token: string | null }

function stateIn([row]: readonly TokenRow[]): TokenState | undefined {
  return row && { user: ownerIn(row), isRevoked: row.revoked_token !== null }
}

function stateWithGrantIn([row]: readonly (TokenRow & { readonly live_grant: string | null })[]):
  | TokenState
  | undefined {
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
