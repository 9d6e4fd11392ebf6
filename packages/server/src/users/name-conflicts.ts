/** A name that a user logs in with, the username or a verified address, is no other user's. */
import { emailKey, mayBeEmail, verifiedEmailKey } from '../domain/email.ts'
import type { Profile } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import type { Tables } from '../store/tables.ts'
import type { UserProblem } from './user-problem.ts'

type Users = Pick<Tables, 'users'>

/** Whether the username of a new user is the verified address of another one. That it is no other username, the database checks. */
export async function usernameConflicts({ users }: Users, username: string): Promise<readonly UserProblem[]> {
  if (!mayBeEmail(username)) return []
  const owner = await users.findByEmailKey(emailKey(username))
  return owner ? [taken('username', 'is the verified e-mail address of another user')] : []
}

/** Whether the verified address of the user `id`, or of a new one, names another user already. */
export async function emailConflicts(
  { users }: Users,
  id: string | undefined,
  profile: Pick<Profile, 'email' | 'isEmailVerified'>,
): Promise<readonly UserProblem[]> {
  const key = verifiedEmailKey(profile)
  if (key === null || profile.email === null) return []
  if (isOther(await users.findByEmailKey(key), id)) return [taken('email', 'is the verified address of another user')]
  const namesake = await users.findByUsername(profile.email)
  return isOther(namesake, id) ? [taken('email', 'is the username of another user')] : []
}

function isOther(user: User | undefined, id: string | undefined): boolean {
  return user !== undefined && user.subject.id !== id
}

function taken(field: 'username' | 'email', message: string): UserProblem {
  return { code: 'taken', field, message }
}
