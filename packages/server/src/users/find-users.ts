/** Finds users for an operator. */
import type { Context } from '../context.ts'
import { identifierProblem } from '../domain/identifier.ts'
import { type Paging, pagingProblem } from '../domain/paging.ts'
import type { User } from '../domain/user.ts'
import { type Inspection, inspectHash } from '../passwords/import-check.ts'
import { failInvalid, requireUserId } from './user-problem.ts'

/** @throws UserError `invalid` when the id is not valid */
export async function findUserById({ store }: Pick<Context, 'store'>, id: string): Promise<User | undefined> {
  requireUserId(id)
  return await store.users.findById(id)
}

/** By any spelling of the username. @throws UserError `invalid` when it is not valid */
export async function findUserByName({ store }: Pick<Context, 'store'>, username: string): Promise<User | undefined> {
  const message = identifierProblem(username)
  if (message !== undefined) failInvalid('username', message)
  return await store.users.findByUsername(username)
}

export interface UserPage {
  readonly users: readonly User[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}

/** In the order of the usernames. @throws UserError `invalid` */
export async function listUsers({ store }: Pick<Context, 'store'>, paging: Paging = {}): Promise<UserPage> {
  const problem = pagingProblem(paging)
  if (problem) failInvalid(problem.field, problem.message)
  const { limit = 100, after } = paging
  const users = await store.users.list(limit, after)
  return { users, next: users.length < limit ? undefined : users.at(-1)?.profile.username }
}

/** Which scheme the user's password is hashed with, or why the user has none that works. @throws UserError `invalid` */
export async function inspectPassword({ store }: Pick<Context, 'store'>, id: string): Promise<Inspection> {
  requireUserId(id)
  return inspectHash((await store.credentials.find(id))?.passwordHash ?? null, { allowWeakHashes: true })
}
