/** `GET {base}/callback`: the browser comes back from the issuer, and a session begins. */
import { ClientError } from '../errors.ts'
import { completeLogin, stateOf } from '../oauth/authorization-response.ts'
import type { Context } from './context.ts'
import { readCookies } from './cookies.ts'
import { failurePage } from './failure-page.ts'
import { findLogin, forgetLogin } from './login-cookie.ts'
import { redirect, withCookies } from './responses.ts'
import { findUser } from './session.ts'

/** Never throws a ClientError: the user gets a page instead. */
export async function callback(context: Context, request: Request): Promise<Response> {
  const { config, sealer, keeper } = context
  const cookies = readCookies(request)
  const lines: string[] = []
  const setCookie = (line: string): void => {
    lines.push(line)
  }
  try {
    const url = `${config.redirectUri}${new URL(request.url).search}`
    // RFC 6749 §10.12: the response must be to a login that this browser has begun. Otherwise it may be an attacker's.
    const pending = await findLogin(config.cookies, sealer, cookies, stateOf(url))
    if (pending === undefined) {
      // A user who comes back here with the back button is already logged in.
      if ((await findUser(context, request)) !== undefined) return redirect(`${config.origin}${config.afterLogin}`)
      throw new ClientError('state_mismatch', 'This browser has not begun this login, or has already completed it')
    }
    const others = forgetLogin(config.cookies, cookies, pending, setCookie)
    const tokens = await completeLogin(config.client, pending.transaction, url)
    const { claims } = tokens
    if (claims === undefined) throw new ClientError('id_token_invalid', 'The issuer sent no ID token')
    const endsAt = Math.floor(config.client.now()) + config.sessionLifetime
    await keeper.begin(others, { tokens: { ...tokens, claims }, endsAt }, setCookie)
    return withCookies(redirect(`${config.origin}${pending.returnTo}`), lines)
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    config.onError(error)
    return withCookies(failurePage(config, error), lines)
  }
}
