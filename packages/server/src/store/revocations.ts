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
  /** The id of each revoked key that is still stored. An attacker with its private key makes tokens of any age, so no time ends this. */
  readonly keys: readonly string[]
  /** Since the database was restored from a backup: all tokens that were issued before are rejected. `undefined`: it never was. */
  readonly tokensValidFrom: number | undefined
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
  db.selectFrom('revoked_tokens').select('token_id').where('expires_at', '>', p.expiresAfter),
)

const grants = statement('revocations.grants', (db, p: Since) =>
  db
    .selectFrom('grants')
    .select(['id', 'user_id'])
    // The condition finds no grants that are not revoked.
    .select((grant) => grant.ref('revoked_at').$notNull().as('revoked_at'))
    .where('revoked_at', '>', p.since),
)

const users = statement('revocations.users', (db, p: Since) =>
  db.selectFrom('subjects').select(['id', 'tokens_valid_from']).where('tokens_valid_from', '>', p.since),
)

const disabledUsers = statement('revocations.disabledUsers', (db, p: Since) =>
  db
    .selectFrom('subjects')
    .select('id')
    .select((user) => user.ref('disabled_at').$notNull().as('disabled_at'))
    .where('disabled_at', '>', p.since),
)

const disabledClients = statement('revocations.disabledClients', (db, p: Since) =>
  db
    .selectFrom('clients')
    .select('id')
    .select((client) => client.ref('disabled_at').$notNull().as('disabled_at'))
    .where('disabled_at', '>', p.since),
)

const removedUsers = statement('revocations.removedUsers', (db, p: Since) =>
  db
    .selectFrom('removals')
    .leftJoin('subjects', 'subjects.id', 'removals.id')
    .select(['removals.id', 'removals.removed_at', 'subjects.created_at as returned_at'])
    .where('removals.kind', '=', 'user')
    .where('removals.removed_at', '>', p.since),
)

const removedClients = statement('revocations.removedClients', (db, p: Since) =>
  db
    .selectFrom('removals')
    .leftJoin('clients', 'clients.id', 'removals.id')
    .select(['removals.id', 'removals.removed_at', 'clients.created_at as returned_at'])
    .where('removals.kind', '=', 'client')
    .where('removals.removed_at', '>', p.since),
)

const ownTokens = statement('revocations.ownTokens', (db, p: Since) =>
  db
    .selectFrom('removals')
    .select(['id', 'removed_at'])
    .where('kind', '=', 'own_tokens')
    .where('removed_at', '>', p.since),
)

const keys = statement('revocations.keys', (db, _p: Placeholders<object>) =>
  db.selectFrom('signing_keys').select('key_id').where('revoked_at', 'is not', null),
)

const restored = statement('revocations.restored', (db, p: Since) =>
  db
    .selectFrom('restores')
    .select('tokens_valid_from')
    .where('tokens_valid_from', '>', p.since)
    .orderBy('tokens_valid_from', 'desc'),
)

export function revocationReads({ read }: Connection): RevocationReads {
  return {
    list: async (since, expiresAfter) => ({
      tokens: (await read(tokens, { expiresAfter })).map((row) => row.token_id),
      grants: (await read(grants, { since })).map((row) => ({
        grantId: row.id,
        userId: row.user_id,
        revokedAt: row.revoked_at,
      })),
      users: (await read(users, { since })).map((row) => ({ id: row.id, tokensValidFrom: row.tokens_valid_from })),
      disabledUsers: (await read(disabledUsers, { since })).map(toDisabled),
      disabledClients: (await read(disabledClients, { since })).map(toDisabled),
      removedUsers: (await read(removedUsers, { since })).map(toRemoved),
      removedClients: (await read(removedClients, { since })).map(toRemoved),
      ownTokens: (await read(ownTokens, { since })).map((row) => ({ id: row.id, removedAt: row.removed_at })),
      keys: (await read(keys, {})).map((row) => row.key_id),
      tokensValidFrom: (await read(restored, { since }))[0]?.tokens_valid_from,
    }),
  }
}

function toDisabled(row: { readonly id: string; readonly disabled_at: number }): Disabled {
  return { id: row.id, disabledAt: row.disabled_at }
}

function toRemoved(row: {
  readonly id: string
  readonly removed_at: number
  readonly returned_at: number | null
}): Removed {
  return { id: row.id, removedAt: row.removed_at, returnedAt: row.returned_at }
}
