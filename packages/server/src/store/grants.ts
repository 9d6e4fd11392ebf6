/** The `grants` table. A revoked grant stays until it would have expired, so that its tokens are known as revoked. */
import type { Kysely } from 'kysely'
import { type Grant, isOffline } from '../domain/grant.ts'
import { scopesIn } from '../domain/scope.ts'
import type { Connection } from './connection.ts'
import { type GrantRemovals, grantRemovals } from './grant-removals.ts'
import { isAmong, listValue } from './list-value.ts'
import { hasKey, readByKey } from './read-by-key.ts'
import type { GrantRow, Schema } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

/** Why a grant was revoked: a stable word for operators. */
export type RevocationReason =
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'revoked'
  | 'logout'
  | 'consent_withdrawn'
  | 'password_changed'

export interface GrantsTable extends GrantRemovals {
  readonly find: (id: string) => Promise<Grant | undefined>
  readonly insert: (grant: Grant) => Promise<void>
  /** Moves the grant's expiry to `endsAt`, when its code is exchanged. Whether the grant was active until now. */
  readonly extend: (id: string, endsAt: number, now: number) => Promise<boolean>
  /** Whether the grant was not revoked until now. */
  readonly revoke: (id: string, reason: RevocationReason, now: number) => Promise<boolean>
  /** Revokes what ends with its session (OIDC Core §11: all but offline access). Returns how many grants. */
  readonly revokeOnline: (sessionIds: readonly string[], now: number) => Promise<number>
  /** Revokes what a user granted to a client, or to all clients when it is `undefined`. Returns how many grants. */
  readonly revokeClient: (
    userId: string,
    clientId: string | undefined,
    reason: RevocationReason,
    now: number,
  ) => Promise<number>
  /** The active grants of a user, newest first. */
  readonly ofUser: (userId: string, now: number) => Promise<readonly Grant[]>
  /** The clients with a grant from these sessions, each once. */
  readonly clientsOf: (sessionIds: readonly string[]) => Promise<readonly string[]>
  /** Removes at most `max` of the expired grants, or of their refresh tokens, which go first. Returns how many rows: 0 when none is left. */
  readonly removeEnded: (now: number, max: number) => Promise<number>
}

const columns = [
  'id',
  'client_id',
  'user_id',
  'session_id',
  'scope',
  'is_offline',
  'claims',
  'resources',
  'amr',
  'acr',
  'authenticated_at',
  'created_at',
  'expires_at',
  'revoked_at',
  'revocation_reason',
] as const satisfies readonly (keyof GrantRow)[]

interface Revocation {
  readonly reason: RevocationReason
  readonly now: number
}

const byId = statement('grants.find', (db, p: Placeholders<{ key: string }>, kind) =>
  db
    .selectFrom('grants')
    .select(columns)
    .where((where) => hasKey(where.ref('id'), p.key, kind)),
)

const insert = statement('grants.insert', (db, p: Placeholders<GrantRow>) =>
  db.insertInto('grants').values(placed(p, columns)),
)

const extend = statement('grants.extend', (db, p: Placeholders<{ id: string; endsAt: number; now: number }>) =>
  db
    .updateTable('grants')
    .set({ expires_at: p.endsAt })
    .where('revoked_at', 'is', null)
    .where('id', '=', p.id)
    .where('expires_at', '>', p.now),
)

const revoke = statement('grants.revoke', (db, p: Placeholders<Revocation & { id: string }>) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now, revocation_reason: p.reason })
    .where('revoked_at', 'is', null)
    .where('id', '=', p.id),
)

const revokeOnline = statement(
  'grants.revokeOnline',
  (db, p: Placeholders<{ sessionIds: string; now: number }>, kind) =>
    db
      .updateTable('grants')
      .set({ revoked_at: p.now, revocation_reason: 'logout' })
      .where('revoked_at', 'is', null)
      .where((where) => isAmong(where.ref('session_id'), p.sessionIds, kind))
      .where('is_offline', '=', 0),
)

const revokeOfUser = statement('grants.revokeOfUser', (db, p: Placeholders<Revocation & { userId: string }>) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now, revocation_reason: p.reason })
    .where('revoked_at', 'is', null)
    .where('user_id', '=', p.userId),
)

const revokeOfClient = statement(
  'grants.revokeOfClient',
  (db, p: Placeholders<Revocation & { userId: string; clientId: string }>) =>
    db
      .updateTable('grants')
      .set({ revoked_at: p.now, revocation_reason: p.reason })
      .where('revoked_at', 'is', null)
      .where('user_id', '=', p.userId)
      .where('client_id', '=', p.clientId),
)

const ofUser = statement('grants.ofUser', (db, p: Placeholders<{ userId: string; now: number }>) =>
  db
    .selectFrom('grants')
    .select(columns)
    .where('user_id', '=', p.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', p.now)
    .orderBy('created_at', 'desc'),
)

const clientsOf = statement('grants.clientsOf', (db, p: Placeholders<{ sessionIds: string }>, kind) =>
  db
    .selectFrom('grants')
    .select('client_id')
    .distinct()
    .where((where) => isAmong(where.ref('session_id'), p.sessionIds, kind)),
)

type Ended = Placeholders<{ now: number; max: number }>

/**
 * Both statements mean the same grants: the first ones of the index. Not by their ids too: of many that end in the same second, each slice
 * would sort all.
 */
function ended(db: Kysely<Schema>, p: Ended) {
  return db.selectFrom('grants').select('id').where('expires_at', '<=', p.now).orderBy('expires_at').limit(p.max)
}

const removeTokensOfEnded = statement('grants.removeTokensOfEnded', (db, p: Ended) => {
  const tokens = db.selectFrom('refresh_tokens').select('token_hash').where('grant_id', 'in', ended(db, p)).limit(p.max)
  return db.deleteFrom('refresh_tokens').where('token_hash', 'in', tokens)
})

const removeEnded = statement('grants.removeEnded', (db, p: Ended) =>
  db.deleteFrom('grants').where('expires_at', '<=', p.now).where('id', 'in', ended(db, p)),
)

export function grantsTable(connection: Connection): GrantsTable {
  const { read, write } = connection
  const findRow = readByKey(connection, byId, (row) => row.id)
  return {
    ...grantRemovals(connection),
    find: async (id) => {
      const row = await findRow(id)
      return row && fromRow(row)
    },
    insert: async (grant) => {
      await write(insert, toRow(grant))
    },
    extend: async (id, endsAt, now) => (await write(extend, { id, endsAt, now })) > 0,
    revoke: async (id, reason, now) => (await write(revoke, { id, reason, now })) > 0,
    revokeOnline: async (sessionIds, now) => {
      if (sessionIds.length === 0) return 0
      return await write(revokeOnline, { sessionIds: listValue(sessionIds), now })
    },
    revokeClient: (userId, clientId, reason, now) =>
      clientId === undefined
        ? write(revokeOfUser, { userId, reason, now })
        : write(revokeOfClient, { userId, clientId, reason, now }),
    ofUser: async (userId, now) => (await read(ofUser, { userId, now })).map(fromRow),
    clientsOf: async (sessionIds) => {
      if (sessionIds.length === 0) return []
      return (await read(clientsOf, { sessionIds: listValue(sessionIds) })).map((row) => row.client_id)
    },
    // A client may have refreshed as often as it liked: removed with their grant, its tokens would take seconds.
    removeEnded: async (now, max) => {
      const tokens = await write(removeTokensOfEnded, { now, max })
      return tokens > 0 ? tokens : await write(removeEnded, { now, max })
    },
  }
}

function fromRow(row: GrantRow): Grant {
  return {
    id: row.id,
    clientId: row.client_id,
    userId: row.user_id,
    sessionId: row.session_id,
    scopes: scopesIn(row.scope),
    // Written below as JSON of RequestedClaims.
    claims: JSON.parse(row.claims),
    // And these, as JSON of a list.
    resources: JSON.parse(row.resources),
    amr: JSON.parse(row.amr),
    acr: row.acr,
    authenticatedAt: row.authenticated_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}

function toRow(grant: Grant): GrantRow {
  return {
    id: grant.id,
    client_id: grant.clientId,
    user_id: grant.userId,
    session_id: grant.sessionId,
    scope: grant.scopes.join(' '),
    is_offline: Number(isOffline(grant)),
    claims: JSON.stringify(grant.claims),
    resources: JSON.stringify(grant.resources),
    amr: JSON.stringify(grant.amr),
    acr: grant.acr,
    authenticated_at: grant.authenticatedAt,
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
    revoked_at: grant.revokedAt,
    revocation_reason: null,
  }
}
