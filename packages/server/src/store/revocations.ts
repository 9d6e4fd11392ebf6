/** Everything that ended access tokens before they expire, from every table that says so: what the revocation feed serves. */
import type { Connection } from './connection.ts'
import { type Placeholders, statement } from './statement.ts'

/** Times are in seconds since the epoch. */
export interface Revocations {
  /** The `jti` of each. */
  readonly tokens: readonly string[]
  readonly grants: readonly RevokedGrant[]
  /** Tokens that were issued to the user before are rejected. */
  readonly users: readonly { readonly id: string; readonly tokensValidFrom: number }[]
  readonly disabledUsers: readonly Disabled[]
  readonly disabledClients: readonly Disabled[]
  readonly removedUsers: readonly Removed[]
  readonly removedClients: readonly Removed[]
  /** Clients whose own tokens were revoked, those that were issued until then. */
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
  /** When another user or client was created under the same id; `null` when none was. */
  readonly returnedAt: number | null
}

export interface RevocationReads {
  /** What happened after `since`, and the revoked tokens that expire after `expiresAfter`. In no order. */
  readonly list: (since: number, expiresAfter: number) => Promise<Revocations>
}

type Since = Placeholders<{ since: number }>

const tokens = statement('revocations.tokens', (db, p: Placeholders<{ expiresAfter: number }>) =>
  db.selectFrom('revoked_tokens').select('token_id as tokenId').where('expires_at', '>', p.expiresAfter),
)

const grants = statement('revocations.grants', (db, p: Since) =>
  db
    .selectFrom('grants')
    .select(['id as grantId', 'user_id as userId'])
    // The condition finds no grants that are not revoked.
    .select((grant) => grant.ref('revoked_at').$notNull().as('revokedAt'))
    .where('revoked_at', '>', p.since),
)

const users = statement('revocations.users', (db, p: Since) =>
  db
    .selectFrom('users')
    .select(['id', 'tokens_valid_from as tokensValidFrom'])
    .where('tokens_valid_from', '>', p.since),
)

const disabledUsers = statement('revocations.disabledUsers', (db, p: Since) =>
  db
    .selectFrom('users')
    .select('id')
    .select((user) => user.ref('disabled_at').$notNull().as('disabledAt'))
    .where('disabled_at', '>', p.since),
)

const disabledClients = statement('revocations.disabledClients', (db, p: Since) =>
  db
    .selectFrom('clients')
    .select('id')
    .select((client) => client.ref('disabled_at').$notNull().as('disabledAt'))
    .where('disabled_at', '>', p.since),
)

const removedUsers = statement('revocations.removedUsers', (db, p: Since) =>
  db
    .selectFrom('removals')
    .leftJoin('users', 'users.id', 'removals.id')
    .select(['removals.id', 'removals.removed_at as removedAt', 'users.created_at as returnedAt'])
    .where('removals.kind', '=', 'user')
    .where('removals.removed_at', '>', p.since),
)

const removedClients = statement('revocations.removedClients', (db, p: Since) =>
  db
    .selectFrom('removals')
    .leftJoin('clients', 'clients.id', 'removals.id')
    .select(['removals.id', 'removals.removed_at as removedAt', 'clients.created_at as returnedAt'])
    .where('removals.kind', '=', 'client')
    .where('removals.removed_at', '>', p.since),
)

const ownTokens = statement('revocations.ownTokens', (db, p: Since) =>
  db
    .selectFrom('removals')
    .select(['id', 'removed_at as removedAt'])
    .where('kind', '=', 'own_tokens')
    .where('removed_at', '>', p.since),
)

export function revocationReads({ read }: Connection): RevocationReads {
  return {
    list: async (since, expiresAfter) => ({
      tokens: (await read(tokens, { expiresAfter })).map((row) => row.tokenId),
      grants: await read(grants, { since }),
      users: await read(users, { since }),
      disabledUsers: await read(disabledUsers, { since }),
      disabledClients: await read(disabledClients, { since }),
      removedUsers: await read(removedUsers, { since }),
      removedClients: await read(removedClients, { since }),
      ownTokens: await read(ownTokens, { since }),
    }),
  }
}
