/** Disables users and enables them again. */
import type { Context } from '../context.ts'

/**
 * Whether the user exists. Tokens are rejected from now on. Browser sessions end, so that enabling does not bring them back. The
 * subject comes first: a login that has locked it has made its session before the sessions are ended.
 */
export function disableUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<boolean> {
  return store.transaction(async ({ subjects, sessions }) => {
    const exists = await subjects.setDisabled(id, true, Math.floor(now()))
    await sessions.endUser(id)
    return exists
  })
}

/** Whether the user exists. */
export function enableUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<boolean> {
  return store.subjects.setDisabled(id, false, Math.floor(now()))
}
