/** What decides whether an access token of a user is active: one read at every request with a token, so of few columns. */
import type { Kysely } from 'kysely'
import type { TokenOwner } from '../domain/user.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'
import type { ProfileRow, SubjectRow } from './user-rows.ts'

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

function selectOwner(db: Kysely<Schema>, p: Placeholders<{ subject: string; tokenId: string }>) {
  return db
    .selectFrom('subjects')
    .innerJoin('profiles', 'profiles.subject_id', 'subjects.id')
    .select(['is_disabled', 'tokens_valid_from', 'username', 'email', 'full_name'])
    .select((owner) =>
      owner.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', p.tokenId).as('revoked_token'),
    )
    .where('subjects.id', '=', p.subject)
}

const byToken = statement('token_status.find', selectOwner)

const byTokenOfGrant = statement(
  'token_status.findOfGrant',
  (db, p: Placeholders<{ subject: string; tokenId: string; grantId: string }>) =>
    selectOwner(db, p).select((owner) =>
      owner
        .selectFrom('grants')
        .select('id')
        .where('id', '=', p.grantId)
        .where('revoked_at', 'is', null)
        .as('active_grant'),
    ),
)

export function tokenStatusReads({ read }: Connection): TokenStatusReads {
  return {
    find: ({ subject, tokenId = '', grantId }) =>
      grantId === undefined
        ? atOnce(read(byToken, { subject, tokenId }), ([row]) => row && toState(subject, row, true))
        : atOnce(
            read(byTokenOfGrant, { subject, tokenId, grantId }),
            ([row]) => row && toState(subject, row, row.active_grant !== null),
          ),
  }
}

type OwnerRow = Pick<SubjectRow, 'is_disabled' | 'tokens_valid_from'> &
  Pick<ProfileRow, 'username' | 'email' | 'full_name'> & { readonly revoked_token: string | null }

function toState(id: string, row: OwnerRow, isGrantActive: boolean): TokenState {
  const user = {
    id,
    username: row.username,
    email: row.email,
    fullName: row.full_name,
    isDisabled: row.is_disabled === 1,
    tokensValidFrom: row.tokens_valid_from,
  }
  return { user, isRevoked: !isGrantActive || row.revoked_token !== null }
}
