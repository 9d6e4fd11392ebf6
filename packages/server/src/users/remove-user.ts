/** Removes a user. */
import type { Context } from '../context.ts'
import { failUnknownUser, requireUserId } from './user-problem.ts'

/** Removes the user with everything that belongs to them. @throws UserError `invalid`, `unknown_user` */
export async function removeUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<void> {
  requireUserId(id)
  await store.transaction(async ({ directoryLinks, subjects }) => {
    // The link of a directory's user is locked first, as everywhere.
    await directoryLinks.clearOut(id)
    if (!(await subjects.remove(id, Math.floor(now())))) failUnknownUser()
  })
}
