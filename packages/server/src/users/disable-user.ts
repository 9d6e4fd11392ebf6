/** Disables users and enables them again. */
import type { Context } from '../context.ts'
import type { Tables } from '../store/tables.ts'
import { failUnknownUser, requireUserId } from './user-problem.ts'

/**
 * Tokens are rejected from now on. Browser sessions end, so that enabling does not bring them back. The
 * subject comes first: a login that has locked it has made its session before the sessions are ended.
 * @throws UserError `invalid`, `unknown_user`
 */
export async function disableUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<void> {
  requireUserId(id)
  await store.transaction(async (tables) => {
    await decide(tables, id, true, now())
    await tables.sessions.endUser(id)
  })
}

/** @throws UserError `invalid`, `unknown_user` */
export async function enableUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<void> {
  requireUserId(id)
  await store.transaction((tables) => decide(tables, id, false, now()))
}

/** From now on, what a directory said of the user before neither enables nor disables. Its link is locked first, as everywhere. */
async function decide(
  { subjects, directoryLinks }: Pick<Tables, 'subjects' | 'directoryLinks'>,
  id: string,
  isDisabled: boolean,
  now: number,
): Promise<void> {
  await directoryLinks.clearOut(id)
  if (!(await subjects.setDisabled(id, isDisabled, Math.floor(now)))) failUnknownUser()
}
