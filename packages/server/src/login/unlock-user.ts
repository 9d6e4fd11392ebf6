/** Ends the lockout of a user (NIST SP 800-63B-4 §3.2.2). */
import type { Context } from '../context.ts'
import { failUnknownUser, requireUserId } from '../users/user-problem.ts'
import { accountKey } from './attempt-budget.ts'

/**
 * Forgets the failed login attempts of the user's account. Those of the addresses that they came from stay counted.
 * @throws UserError `invalid`, `unknown_user`
 */
export async function unlockUser({ store }: Pick<Context, 'store'>, id: string): Promise<void> {
  requireUserId(id)
  const user = (await store.users.findById(id)) ?? failUnknownUser()
  await store.throttle.clear(accountKey(user.profile.username))
}
