/** The user that an operator names. */

import { countersign } from '../../config/called-as.ts'
import type { User } from '../../domain/user.ts'
import type { Store } from '../../store/open.ts'
import { findUserByName } from '../../users/find-users.ts'
import { CommandError } from '../command-error.ts'
import { explainUser } from './explain-user.ts'

/** By any spelling of the username. @throws CommandError when there is none, or none can have the name */
export async function requireUser(store: Store, username: string): Promise<User> {
  const user = await explainUser(() => findUserByName({ store }, username))
  if (!user) throw new CommandError(`There is no user ${JSON.stringify(username)}. See: ${countersign} users list`)
  return user
}

/** Each of the users once: two spellings of a username can name the same user. @throws CommandError when there is none, or none can have the name */
export async function requireUsers(store: Store, usernames: readonly string[]): Promise<readonly User[]> {
  const users = new Map<string, User>()
  for (const username of usernames) {
    const user = await requireUser(store, username)
    users.set(user.subject.id, user)
  }
  return [...users.values()]
}
