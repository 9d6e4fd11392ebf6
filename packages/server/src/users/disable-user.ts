/** Disables users and enables them again. */
import type { Context } from '../context.ts'
import { failUnknownUser, requireUserId } from './user-problem.ts'

/**
 * Tokens are rejected from now on. Browser sessions end, so that enabling does not bring them back. The
 * subject comes first: a login that has locked it has made its session before the sessions are ended.
 * @throws UserError `invalid`, `unknown_user`
 */
export async function disableUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<void> {
  requireUserId(id)
  await store.transaction(async ({ subjects, sessions }) => {
    if (!(await subjects.setDisabled(id, true, Math.floor(now())))) failUnknownUser()
    await sessions.endUser(id)
  })
}

/** @throws UserError `invalid`, `unknown_user` */
export async function enableUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<void> {
  requireUserId(id)
  if (!(await store.subjects.setDisabled(id, false, Math.floor(now())))) failUnknownUser()
}
