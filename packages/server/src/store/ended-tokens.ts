/** What has ended access tokens before they expire, gathered from every table that tells: what `token-standing.ts` judges by. */
import type { Connection } from './connection.ts'
import type { RemovalRow } from './schema.ts'

/** Times are in seconds since the epoch. */
export interface EndedTokens {
  /** The `jti` of each. */
  readonly tokens: readonly string[]
  readonly grants: readonly RevokedGrant[]
  /** Tokens of the user from before are refused. */
  readonly users: readonly { readonly id: string; readonly tokensValidFrom: number }[]
  readonly disabledUsers: readonly Disabled[]
  readonly disabledClients: readonly Disabled[]
  readonly removedUsers: readonly Removed[]
  readonly removedClients: readonly Removed[]
  /** Clients whose own tokens were ended, those until then. */
  readonly ownTokens: readonly { readonly id: string; readonly removedAt: number }[]
}

export interface RevokedGrant {
  readonly grantId: string
  readonly userId: string
  readonly revokedAt: number
}

export interface Disabled {
  readonly id: string
  readonly disabledAt: number
}

export interface Removed {
  readonly id: string
  readonly removedAt: number
  /** When another one came under the same id; `null` when nobody did. */
  readonly returnedAt: number | null
}

export interface EndedTokensTable {
  /** What happened after `since`, and the revoked tokens that expire after `expiresAfter`. In no order. */
  readonly list: (since: number, expiresAfter: number) => Promise<EndedTokens>
}

export function endedTokensTable({ db }: Connection): EndedTokensTable {
  return {
    list: async (since, expiresAfter) => ({
      tokens: await revokedTokens(expiresAfter),
      grants: await db
        .selectFrom('grants')
        .select(['id as grantId', 'user_id as userId'])
        // Those that were not revoked are not in what the condition finds.
        .select((grants) => grants.ref('revoked_at').$notNull().as('revokedAt'))
        .where('revoked_at', '>', since)
        .execute(),
      users: await db
        .selectFrom('users')
        .select(['id', 'tokens_valid_from as tokensValidFrom'])
        .where('tokens_valid_from', '>', since)
        .execute(),
      disabledUsers: await disabled('users', since),
      disabledClients: await disabled('clients', since),
      removedUsers: await removed('user', since)
        .leftJoin('users', 'users.id', 'removals.id')
        .select('users.created_at as returnedAt')
        .execute(),
      removedClients: await removed('client', since)
        .leftJoin('clients', 'clients.id', 'removals.id')
        .select('clients.created_at as returnedAt')
        .execute(),
      ownTokens: await removed('own_tokens', since).execute(),
    }),
  }

  async function revokedTokens(expiresAfter: number): Promise<string[]> {
    const rows = await db
      .selectFrom('revoked_tokens')
      .select('token_id')
      .where('expires_at', '>', expiresAfter)
      .execute()
    return rows.map((row) => row.token_id)
  }

  function disabled(table: 'users' | 'clients', since: number): Promise<Disabled[]> {
    return db
      .selectFrom(table)
      .select('id')
      .select((rows) => rows.ref('disabled_at').$notNull().as('disabledAt'))
      .where('disabled_at', '>', since)
      .execute()
  }

  function removed(kind: RemovalRow['kind'], since: number) {
    return db
      .selectFrom('removals')
      .select(['removals.id', 'removals.removed_at as removedAt'])
      .where('removals.kind', '=', kind)
      .where('removals.removed_at', '>', since)
  }
}
