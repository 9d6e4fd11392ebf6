/** Finds users for an operator. */
import type { Context } from '../context.ts'
import type { Paging } from '../domain/paging.ts'
import type { User } from '../domain/user.ts'
import { type Inspection, inspectHash } from '../passwords/import-check.ts'

export async function findUserById({ store }: Pick<Context, 'store'>, id: string): Promise<User | undefined> {
  return await store.users.findById(id)
}

/** By any spelling of the username. */
export function findUserByName({ store }: Pick<Context, 'store'>, username: string): Promise<User | undefined> {
  return store.users.findByUsername(username)
}

export interface UserPage {
  readonly users: readonly User[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}

/** In the order of the usernames. */
export async function listUsers(
  { store }: Pick<Context, 'store'>,
  { limit = 100, after }: Paging = {},
): Promise<UserPage> {
  const users = await store.users.list(limit, after)
  return { users, next: users.length < limit ? undefined : users.at(-1)?.profile.username }
}

/** Which scheme the user's password is hashed with, or why the user has none that works. */
export async function inspectPassword({ store }: Pick<Context, 'store'>, id: string): Promise<Inspection> {
  return inspectHash((await store.credentials.find(id))?.passwordHash ?? null)
}
