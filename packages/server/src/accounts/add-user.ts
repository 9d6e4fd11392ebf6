/** Makes an account, and gives one a new password. */

import { type User, usernameProblem } from '../domain/user.ts'
import type { PasswordPool } from '../passwords/pool.ts'
import { checkNewPassword } from '../passwords/rules.ts'
import { isConflict } from '../store/errors.ts'
import type { Store } from '../store/open.ts'
import type { Random } from '../world.ts'

export interface NewUser {
  readonly username: string
  readonly email: string | null
  readonly fullName: string | null
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
  const created: User = {
    id: random.id(),
    username: user.username,
    email: user.email,
    fullName: user.fullName,
    passwordHash: await hashNew(passwords, user.password),
    isDisabled: false,
    isDemo: false,
    isEmailVerified: false,
    profile: {},
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

/** @throws AccountProblem when the password may not be set */
export async function changePassword(
  store: Store,
  passwords: PasswordPool,
  now: number,
  userId: string,
  password: string,
): Promise<void> {
  await store.users.setPassword(userId, await hashNew(passwords, password), Math.floor(now))
}

async function hashNew(passwords: PasswordPool, password: string): Promise<string> {
  const problem = checkNewPassword(password)
  if (problem) throw new AccountProblem(problem)
  return passwords.hash(password)
}
