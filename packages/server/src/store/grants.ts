/** The `grants` table: what users granted to clients. A revoked grant stays until it would have ended, so that its tokens are known as revoked. */
import { type Grant, isOffline } from '../domain/grant.ts'
import { scopesIn } from '../domain/scope.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { GrantRow } from './schema.ts'

/** Why a grant was revoked: a stable word for operators. */
export type RevocationReason =
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'revoked'
  | 'logout'
  | 'consent_withdrawn'
  | 'password_changed'

export interface GrantsTable {
  readonly find: (id: string) => Promise<Grant | undefined>
  /**
   * Whether the grant is in force; in a transaction, nobody can revoke it until that has ended. What the transaction makes
   * of the grant is then revoked with it, or was never made.
   */
  readonly hold: (id: string, now: number) => Promise<boolean>
  readonly insert: (grant: Grant) => Promise<void>
  /** Lets the grant live until `endsAt`: its code was exchanged. Whether it was in force until now. */
  readonly extend: (id: string, endsAt: number, now: number) => Promise<boolean>
  /** Whether it was in force until now. */
  readonly revoke: (id: string, reason: RevocationReason, now: number) => Promise<boolean>
  /** Revokes what a session's clients may not keep (OIDC Core §11: all but offline access). Answers how many grants those were. */
  readonly revokeOnline: (sessionIds: readonly string[], now: number) => Promise<number>
  /** Revokes all that a user granted to a client, or to any when it is `undefined`. Answers how many grants those were. */
  readonly revokeClient: (
    userId: string,
    clientId: string | undefined,
    reason: RevocationReason,
    now: number,
  ) => Promise<number>
  /** The grants of a user that are in force, newest first. */
  readonly ofUser: (userId: string, now: number) => Promise<readonly Grant[]>
  /** The clients that were given tokens in these sessions, each once. */
  readonly clientsOf: (sessionIds: readonly string[]) => Promise<readonly string[]>
  /** A batch of what has ended: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (now: number) => Promise<number>
}

export function grantsTable({ db, kind, read, write, compiled }: Connection): GrantsTable {
  return {
    find: async (id) => {
      const byId = () => db.selectFrom('grants').selectAll().where('id', '=', '')
      const [row] = await read(compiled('grants.find', byId), [id])
      return row && fromRow(row)
    },
    hold: async (id, now) => {
      const inForceAt = () => {
        const query = db
          .selectFrom('grants')
          .select('id')
          .where('id', '=', '')
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', 0)
        // A transaction on SQLite has locked the whole database already.
        return kind === 'postgres' ? query.forShare() : query
      }
      return (await read(compiled('grants.hold', inForceAt), [id, now])).length > 0
    },
    insert: async (grant) => {
      const row = toRow(grant)
      await write(
        compiled('grants.insert', () => db.insertInto('grants').values(row)),
        Object.values(row),
      )
    },
    extend: async (id, endsAt, now) => {
      const update = () => inForce().set({ expires_at: 0 }).where('id', '=', '').where('expires_at', '>', 0)
      return (await write(compiled('grants.extend', update), [endsAt, id, now])) > 0
    },
    revoke: async (id, reason, now) => {
      const [result] = await inForce()
        .set({ revoked_at: now, revocation_reason: reason })
        .where('id', '=', id)
        .execute()
      return (result?.numUpdatedRows ?? 0n) > 0n
    },
    revokeOnline: async (sessionIds, now) => {
      if (sessionIds.length === 0) return 0
      const [result] = await inForce()
        .set({ revoked_at: now, revocation_reason: 'logout' })
        .where('session_id', 'in', sessionIds)
        .where('is_offline', '=', 0)
        .execute()
      return Number(result?.numUpdatedRows ?? 0n)
    },
    revokeClient: async (userId, clientId, reason, now) => {
      const all = inForce().set({ revoked_at: now, revocation_reason: reason }).where('user_id', '=', userId)
      const [result] = await (clientId === undefined ? all : all.where('client_id', '=', clientId)).execute()
      return Number(result?.numUpdatedRows ?? 0n)
    },
    ofUser: async (userId, now) => {
      const rows = await db
        .selectFrom('grants')
        .selectAll()
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .orderBy('created_at', 'desc')
        .execute()
      return rows.map(fromRow)
    },
    clientsOf: async (sessionIds) => {
      if (sessionIds.length === 0) return []
      const rows = await db
        .selectFrom('grants')
        .select('client_id')
        .distinct()
        .where('session_id', 'in', sessionIds)
        .execute()
      return rows.map((row) => row.client_id)
    },
    removeEnded: async (now) => {
      const ended = db.selectFrom('grants').select('id').where('expires_at', '<=', now).limit(batchSize)
      return countRemoved(
        await db.deleteFrom('grants').where('expires_at', '<=', now).where('id', 'in', ended).execute(),
      )
    },
  }

  function inForce() {
    return db.updateTable('grants').where('revoked_at', 'is', null)
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
    // And this, as JSON of a list.
    resources: JSON.parse(row.resources),
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
    authenticated_at: grant.authenticatedAt,
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
    revoked_at: grant.revokedAt,
    revocation_reason: null,
  }
}
