/** Removes a user. */
import type { Context } from '../context.ts'
import { inSlices } from '../store/slices.ts'
import { removeGrants } from '../token-status/remove-grants.ts'
import { failUnknownUser, requireUserId } from './user-problem.ts'

/**
 * Removes the user with everything that belongs to them. Their tokens are rejected at once; a removal that is interrupted leaves a
 * disabled user. @throws UserError `invalid`, `unknown_user`
 */
export async function removeUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<void> {
  requireUserId(id)
  // From here on there are no new sessions and tokens.
  await store.transaction(async ({ directoryLinks, subjects }) => {
    // The link of a directory's user is locked first, as everywhere.
    await directoryLinks.clearOut(id)
    if (!(await subjects.setDisabled(id, true, Math.floor(now())))) failUnknownUser()
  })
  await inSlices(store, ({ sessions }, max) => sessions.removeOfUser(id, max))
  await removeGrants(store, (max) => store.grants.idsOfUser(id, max))
  await store.transaction(async ({ directoryLinks, subjects }) => {
    await directoryLinks.clearOut(id)
    if (!(await subjects.remove(id, Math.floor(now())))) failUnknownUser()
  })
}
