/** Sets a user's password. */
import type { Context } from '../context.ts'
import { hashNewPassword } from './new-password.ts'

/**
 * Ends everything that the former password opened: logins in flight, browser sessions, grants (offline access too) and access
 * tokens without a grant. Remembered consent stays. @throws UserError when the rules do not allow the password
 */
export async function setPassword(
  ctx: Pick<Context, 'store' | 'passwords' | 'now'>,
  id: string,
  password: string,
): Promise<void> {
  const hash = await hashNewPassword(ctx, password)
  const now = Math.floor(ctx.now())
  await ctx.store.transaction(async ({ subjects, credentials, sessions, grants }) => {
    // First: a login that has locked the subject has made its session before the sessions are ended.
    await subjects.endLogins(id)
    await subjects.endTokens(id, now)
    await credentials.setPassword(id, hash)
    await sessions.endUser(id)
    await grants.revokeClient(id, undefined, 'password_changed', now)
  })
}
