/** Sets a user's password. */
import type { Context } from '../context.ts'
import { hashNewPassword, type PasswordContext } from './new-password.ts'
import { failUnknownUser, requireUserId } from './user-problem.ts'

/**
 * Ends everything that the former password opened: logins in flight, browser sessions, grants (offline access too) and access
 * tokens without a grant. Remembered consent stays. @throws UserError `invalid`, `unknown_user`
 */
export async function setPassword(
  ctx: Pick<Context, 'store' | 'now'> & PasswordContext,
  id: string,
  password: string,
): Promise<void> {
  requireUserId(id)
  const { profile } = (await ctx.store.users.findById(id)) ?? failUnknownUser()
  const hash = await hashNewPassword(ctx, password, profile)
  const now = Math.floor(ctx.now())
  await ctx.store.transaction(async ({ subjects, credentials, sessions, grants }) => {
    // First: a login that has locked the subject has made its session before the sessions are ended.
    await subjects.endLogins(id)
    await subjects.endTokens(id, now)
    if (!(await credentials.setPassword(id, hash))) failUnknownUser()
    await sessions.endUser(id)
    await grants.revokeClient(id, undefined, 'password_changed', now)
  })
}
