/** Changes the profile of a user. */
import type { Context } from '../context.ts'
import { changesOf, type ProfileFields } from './profile-changes.ts'
import { failUnknownUser, requireUserId } from './user-problem.ts'

/** Of two changes of different claims at once, neither is lost. @throws UserError `invalid`, `missing`, `unknown_user` */
export async function updateUser(
  { store, now }: Pick<Context, 'store' | 'now'>,
  id: string,
  fields: ProfileFields,
): Promise<void> {
  requireUserId(id)
  await store.transaction(async ({ profiles }) => {
    const profile = (await profiles.lock(id)) ?? failUnknownUser()
    await profiles.update(id, changesOf(profile, fields), Math.floor(now()))
  })
}
