/** Changes the profile of a user. */
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { changesOf, type ProfileFields } from './profile-changes.ts'

/** Whether the user still exists. @throws UserError */
export async function updateUser(
  { store, now }: Pick<Context, 'store' | 'now'>,
  { subject, profile }: User,
  fields: ProfileFields,
): Promise<boolean> {
  return await store.profiles.update(subject.id, changesOf(profile, fields), Math.floor(now()))
}
