/** Makes an account, changes what is known of its user, and gives it a new password. */

import { emailProblem, line } from '../domain/profile-claim.ts'
import { type User, usernameProblem } from '../domain/user.ts'
import { changeProfile } from '../domain/user-profile.ts'
import type { Random } from '../environment.ts'
import type { PasswordPool } from '../passwords/pool.ts'
import { checkNewPassword } from '../passwords/rules.ts'
import { isConflict } from '../store/errors.ts'
import type { Store } from '../store/open.ts'

/** What an operator tells of a user. What is left out stays as it is. */
export interface UserFacts {
  readonly email?: string | null
  /** Whether the address is known to be the user's. @default false for another address than before */
  readonly isEmailVerified?: boolean
  readonly fullName?: string | null
  /** Further claims by their names on the wire; an empty text or `null` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface NewUser extends UserFacts {
  readonly username: string
  readonly password: string
}

/** Why an account can't be made or changed, as a sentence for the person who asked. */
export class AccountProblem extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'AccountProblem'
  }
}

/** Adds the user with an opaque id. `now` is in seconds. @throws AccountProblem */
export async function addUser(
  store: Store,
  passwords: PasswordPool,
  random: Random,
  now: number,
  user: NewUser,
): Promise<User> {
  const problem = usernameProblem(user.username)
  if (problem) throw new AccountProblem(`The ${problem}.`)
  const { email = null, isEmailVerified = false, fullName = null } = user
  requireFields({ email, fullName })
  requireAddress(email, isEmailVerified)
  const created: User = {
    id: random.id(),
    username: user.username,
    email,
    fullName,
    profile: profileWith({}, user.claims),
    passwordHash: await hashNew(passwords, user.password),
    isDisabled: false,
    isDemo: false,
    tokensValidFrom: 0,
    isEmailVerified,
    createdAt: Math.floor(now),
    updatedAt: Math.floor(now),
  }
  try {
    await store.users.insert([created])
  } catch (error) {
    if (isConflict(error)) throw new AccountProblem('The username is taken, in this or another spelling.')
    throw error
  }
  return created
}

/** Changes what is known of `user`. `now` is in seconds. @throws AccountProblem */
export async function updateUser(store: Store, now: number, user: User, facts: UserFacts): Promise<void> {
  const { claims, ...fields } = facts
  requireFields(fields)
  requireAddress(fields.email === undefined ? user.email : fields.email, fields.isEmailVerified ?? false)
  const profile = claims && profileWith(user.profile, claims)
  await store.users.update(user.id, { ...fields, ...(profile && { profile }) }, Math.floor(now))
}

function requireFields({ email = null, fullName = null }: UserFacts): void {
  const wrongEmail = email === null ? undefined : emailProblem(email)
  if (wrongEmail !== undefined) throw new AccountProblem(`The e-mail address ${wrongEmail}.`)
  const wrongName = fullName === null ? undefined : line(fullName)
  if (wrongName !== undefined) throw new AccountProblem(`The full name ${wrongName}.`)
}

function requireAddress(email: string | null, isEmailVerified: boolean): void {
  if (isEmailVerified && email === null) throw new AccountProblem('There is no e-mail address that can be verified.')
}

function profileWith(before: User['profile'], claims: UserFacts['claims'] = {}): User['profile'] {
  const { profile, problems } = changeProfile(before, claims)
  if (profile) return profile
  throw new AccountProblem(problems.map(({ claim, message }) => `The claim ${claim} ${message}.`).join('\n'))
}

/**
 * Whoever knew the former password is out: every browser is logged out, every grant revoked, offline access too, and access
 * tokens without a grant are refused. What clients were allowed stays remembered. @throws AccountProblem when the password may not be set
 */
export async function changePassword(
  store: Store,
  passwords: PasswordPool,
  now: number,
  userId: string,
  password: string,
): Promise<void> {
  const hash = await hashNew(passwords, password)
  await store.transaction(async ({ users, sessions, grants }) => {
    await users.setPassword(userId, hash, Math.floor(now))
    await users.endTokens(userId, Math.floor(now))
    await sessions.endUser(userId)
    await grants.revokeClient(userId, undefined, 'password_changed', Math.floor(now))
  })
}

async function hashNew(passwords: PasswordPool, password: string): Promise<string> {
  const problem = checkNewPassword(password)
  if (problem) throw new AccountProblem(problem)
  return passwords.hash(password)
}
