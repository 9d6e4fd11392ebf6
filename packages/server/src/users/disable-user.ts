/** Keeps a user out until an operator enables them again. */
import type { Store } from '../store/open.ts'

/**
 * Tokens are refused from now on; the browser sessions end, so that enabling does not bring them back. The user comes first:
 * a login that holds them has made its session before the sessions are looked for.
 */
export function disableUser(store: Store, userId: string, now: number): Promise<boolean> {
  return store.transaction(async ({ users, sessions }) => {
    const isKnown = await users.setDisabled(userId, true, now)
    await sessions.endUser(userId)
    return isKnown
  })
}
