/** A user takes back what a client was allowed: remembered consent and everything that was granted. */
import type { Store } from '../store/open.ts'

/**
 * Of one client, or of all when it is `undefined`: then access tokens without a grant are refused, too. Answers how many
 * grants were in force until now.
 */
export function withdrawConsent(
  store: Store,
  userId: string,
  clientId: string | undefined,
  now: number,
): Promise<number> {
  return store.transaction(async ({ users, consents, grants }) => {
    if (clientId === undefined) await users.endTokens(userId, now)
    await consents.remove(userId, clientId)
    return await grants.revokeClient(userId, clientId, 'consent_withdrawn', now)
  })
}
