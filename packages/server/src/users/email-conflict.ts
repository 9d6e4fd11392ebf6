/** Verified addresses name one user each, since users log in with them. */
import { emailKey, verifiedEmailKey } from '../domain/email.ts'
import type { Profile } from '../domain/profile.ts'
import type { Tables } from '../store/open.ts'
import type { UserProblem } from './user-problem.ts'

/** What of the profile of the user `id` (`undefined`: a new one) names another user already. */
export async function nameConflicts(
  { users }: Pick<Tables, 'users'>,
  id: string | undefined,
  profile: Pick<Profile, 'username' | 'email' | 'isEmailVerified'>,
): Promise<readonly UserProblem[]> {
  const isOther = (user: { readonly subject: { readonly id: string } } | undefined) => user && user.subject.id !== id
  const problems: UserProblem[] = []
  if (
    id === undefined &&
    profile.username.includes('@') &&
    isOther(await users.findByEmailKey(emailKey(profile.username)))
  ) {
    problems.push(taken('username', 'is the verified e-mail address of another user'))
  }
  const key = verifiedEmailKey(profile)
  if (key === null || profile.email === null) return problems
  if (isOther(await users.findByEmailKey(key))) problems.push(taken('email', 'is the verified address of another user'))
  if (isOther(await users.findByUsername(profile.email)))
    problems.push(taken('email', 'is the username of another user'))
  return problems
}

function taken(field: 'username' | 'email', message: string): UserProblem {
  return { code: 'taken', field, message }
}
