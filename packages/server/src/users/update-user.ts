/** Changes the profile of a user. */
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { changesOf, type ProfileFields } from './profile-changes.ts'

/** Whether the user still exists. Of two changes of different claims at once, neither is lost. @throws UserError */
export async function updateUser(
  { store, now }: Pick<Context, 'store' | 'now'>,
  { subject: { id } }: User,
  fields: ProfileFields,
): Promise<boolean> {
  return await store.transaction(async ({ profiles }) => {
    const profile = await profiles.lock(id)
    return profile !== undefined && (await profiles.update(id, changesOf(profile, fields), Math.floor(now())))
  })
}
