/** Withdraws what a user allowed clients: remembered consent and every grant. */
import type { Context } from '../context.ts'

/**
 * For one client, or for all when `clientId` is `undefined`: then access tokens without a grant are revoked as well. Returns how
 * many grants were active until now.
 */
export function withdrawConsent(
  ctx: Pick<Context, 'store' | 'now'>,
  userId: string,
  clientId: string | undefined,
): Promise<number> {
  const now = Math.floor(ctx.now())
  return ctx.store.transaction(async ({ subjects, consents, grants }) => {
    if (clientId === undefined) await subjects.endTokens(userId, now)
    await consents.remove(userId, clientId)
    return await grants.revokeClient(userId, clientId, 'consent_withdrawn', now)
  })
}
