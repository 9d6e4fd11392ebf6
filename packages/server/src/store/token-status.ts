/**
 * What decides whether an access token of a user is active: one read at every request with a token, so of few columns. PostgreSQL
 * reads for many requests at once.
 */
import { type Kysely, sql } from 'kysely'
import type { TokenOwner } from '../domain/user.ts'
import { atOnce } from './at-once.ts'
import { batchedReads } from './batched-reads.ts'
import type { Connection } from './connection.ts'
import { maxBatchWaitMs, storable } from './read-by-key.ts'
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

/** What `tokens` lists as JSON: a row for each token whose user there is, with its place in the list. */
const byTokens = statement('token_status.findAll', (db, p: Placeholders<{ tokens: string }>) =>
  db
    .selectFrom(
      sql<AskedRow>`jsonb_to_recordset(cast(${p.tokens} as jsonb))`.as<'asked'>(
        sql`asked (place integer, subject text, token_id text, grant_id text)`,
      ),
    )
    .innerJoin('subjects', 'subjects.id', 'asked.subject')
    .innerJoin('profiles', 'profiles.subject_id', 'subjects.id')
    .select(['place', 'is_disabled', 'tokens_valid_from', 'username', 'email', 'full_name'])
    .select((asked) => [
      asked
        .selectFrom('revoked_tokens')
        .select('revoked_tokens.token_id')
        .whereRef('revoked_tokens.token_id', '=', 'asked.token_id')
        .as('revoked_token'),
      asked
        .selectFrom('grants')
        .select('grants.id')
        .whereRef('grants.id', '=', 'asked.grant_id')
        .where('revoked_at', 'is', null)
        .as('active_grant'),
    ]),
)

interface AskedRow {
  readonly place: number
  readonly subject: string
  readonly token_id: string
  readonly grant_id: string
}

export function tokenStatusReads({ kind, read }: Connection): TokenStatusReads {
  if (kind === 'sqlite') return { find: (token) => findOne(read, token) }
  return { find: batchedReads((tokens) => findAll(read, tokens), { maxWaitMs: maxBatchWaitMs }) }
}

function findOne(read: Connection['read'], { subject, tokenId = '', grantId }: TokenName) {
  return grantId === undefined
    ? atOnce(read(byToken, { subject, tokenId }), ([row]) => row && toState(subject, row, true))
    : atOnce(
        read(byTokenOfGrant, { subject, tokenId, grantId }),
        ([row]) => row && toState(subject, row, row.active_grant !== null),
      )
}

async function findAll(read: Connection['read'], tokens: readonly TokenName[]) {
  const asked = tokens.map(({ subject, tokenId, grantId }, place): AskedRow => {
    return { place, subject: storable(subject), token_id: storable(tokenId), grant_id: storable(grantId) }
  })
  const states: (TokenState | undefined)[] = tokens.map(() => undefined)
  for (const row of await read(byTokens, { tokens: JSON.stringify(asked) })) {
    const { subject = '', grantId } = tokens[row.place] ?? {}
    states[row.place] = toState(subject, row, grantId === undefined || row.active_grant !== null)
  }
  return states
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
