/** What users granted to the clients of an embedded server: the same operations as those of `countersign grants`. */
import { requireId } from '../clients/registered-client.ts'
import type { Context } from '../context.ts'
import type { Grant } from '../domain/grant.ts'
import type { Run } from '../http/running.ts'
import { withdrawConsent } from '../token-status/withdraw-consent.ts'
import { requireUserId } from '../users/user-problem.ts'

/** Times are seconds since the epoch. */
export interface GrantInfo {
  readonly id: string
  readonly userId: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** The resource servers that its tokens may be for. None: Countersign itself. */
  readonly resources: readonly string[]
  readonly createdAt: number
  readonly expiresAt: number
}

/** Each operation rejects with a `UserError` or a `ClientError` when an id is invalid. A user whom nobody knows has no grants. */
export interface GrantOperations {
  /** The active grants of a user, newest first. */
  readonly list: (userId: string) => Promise<readonly GrantInfo[]>
  /**
   * Revokes what a user granted to one client, and forgets the consent. The tokens of the grants are rejected from now on. Returns how many
   * grants were active until now.
   */
  readonly revoke: (userId: string, clientId: string) => Promise<number>
  /** The same for all clients; also rejects the user's tokens without a grant. */
  readonly revokeAll: (userId: string) => Promise<number>
}

/** @internal */
export function grantOperations(ctx: Context, run: Run): GrantOperations {
  return {
    list: (userId) =>
      run(async () => {
        requireUserId(userId)
        return (await ctx.store.grants.ofUser(userId, Math.floor(ctx.now()))).map(toInfo)
      }),
    revoke: (userId, clientId) =>
      run(() => {
        requireUserId(userId)
        requireId(clientId)
        return withdrawConsent(ctx, userId, clientId)
      }),
    revokeAll: (userId) =>
      run(() => {
        requireUserId(userId)
        return withdrawConsent(ctx, userId, undefined)
      }),
  }
}

function toInfo({ id, userId, clientId, scopes, resources, createdAt, expiresAt }: Grant): GrantInfo {
  return { id, userId, clientId, scopes, resources, createdAt, expiresAt }
}
