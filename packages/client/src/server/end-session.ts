/** Ends the session of a browser here: its cookie, and what a store has of it. */
import { ClientError } from '../errors.ts'
import type { Context } from './context.ts'
import type { SetCookie } from './cookies.ts'
import type { Cookies } from './session-keeper.ts'

/** What can't be removed is told: the tokens in it are good no more, or are about to be revoked. */
export async function endSession({ config, keeper }: Context, cookies: Cookies, setCookie: SetCookie): Promise<void> {
  try {
    await keeper.end(cookies, setCookie)
  } catch (cause) {
    config.onError(new ClientError('storage_failed', 'The session has ended and can not be removed', { cause }))
  }
}
