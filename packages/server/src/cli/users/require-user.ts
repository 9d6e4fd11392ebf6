/** The user that an operator names. */

import { countersign } from '../../config/called-as.ts'
import type { User } from '../../domain/user.ts'
import type { Store } from '../../store/open.ts'
import { findUserByName } from '../../users/find-users.ts'
import { CommandError } from '../command-error.ts'

/** By any spelling of the username. @throws CommandError when there is none */
export async function requireUser(store: Store, username: string): Promise<User> {
  const user = await findUserByName({ store }, username)
  if (!user) throw new CommandError(`There is no user ${JSON.stringify(username)}. See: ${countersign} users list`)
  return user
}
