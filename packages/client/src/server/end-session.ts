/** Ends the session of a browser here: removes its cookie, and its record in a store. */
import { ClientError } from '../errors.ts'
import type { Context } from './context.ts'
import type { SetCookie } from './cookies.ts'
import type { Cookies } from './session-keeper.ts'

/** A failure of the store is only reported: the tokens are no longer valid, or are revoked next. */
export async function endSession({ config, keeper }: Context, cookies: Cookies, setCookie: SetCookie): Promise<void> {
  try {
    await keeper.end(cookies, setCookie)
  } catch (cause) {
    config.onError(new ClientError('storage_failed', 'The session has ended, but cannot be removed', { cause }))
  }
}
