/** Adds a user. */
import type { Context } from '../context.ts'
import type { Profile } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import { usernameProblem } from '../domain/username.ts'
import { isConflict } from '../store/errors.ts'
import { emailConflicts, usernameConflicts } from './name-conflicts.ts'
import { hashNewPassword, type PasswordContext } from './new-password.ts'
import { changesOf, type ProfileFields, requireFields } from './profile-changes.ts'
import { failInvalid, UserError } from './user-problem.ts'

export interface NewUser extends ProfileFields {
  readonly username: string
  readonly password: string
}

/** The user gets a random id. @throws UserError `invalid`, `missing`, `taken` @internal */
export async function addUser(
  ctx: Pick<Context, 'store' | 'random' | 'now'> & PasswordContext,
  newUser: NewUser,
): Promise<User> {
  requireFields(newUser)
  const { username, password, ...fields } = newUser
  requireUsername(username)
  const profile = { email: null, isEmailVerified: false, fullName: null, claims: {} }
  const changes = changesOf(profile, fields)
  const now = Math.floor(ctx.now())
  const user: User = {
    subject: { id: ctx.random.id(), isDisabled: false, tokensValidFrom: 0, version: 1, createdAt: now },
    profile: { ...profile, ...changes, username, updatedAt: now },
  }
  await requireFreeNames(ctx.store, user.profile)
  const passwordHash = await hashNewPassword(ctx, password, user.profile)
  try {
    await ctx.store.users.insert([{ ...user, credentials: { passwordHash, isDemo: false } }])
  } catch (error) {
    if (!isConflict(error)) throw error
    // At the same moment another user may have got the address.
    await requireFreeNames(ctx.store, user.profile)
    const message = 'is taken, in this or another spelling'
    throw new UserError([{ code: 'taken', field: 'username', message }], { cause: error })
  }
  return user
}

async function requireFreeNames(store: Context['store'], profile: Profile): Promise<void> {
  const conflicts = [
    ...(await usernameConflicts(store, profile.username)),
    ...(await emailConflicts(store, undefined, profile)),
  ]
  if (conflicts.length > 0) throw new UserError(conflicts)
}

/** @throws UserError `invalid` when no user can have this username */
export function requireUsername(username: string): void {
  const message = typeof username === 'string' ? usernameProblem(username) : 'must be text'
  if (message !== undefined) failInvalid('username', message)
}
