/** `POST {base}/logout`: ends the session here, revokes its tokens, and sends the browser to the issuer to log out there. */
import { ClientError } from '../errors.ts'
import { logoutUrl } from '../oauth/logout-url.ts'
import type { Tokens } from '../oauth/tokens.ts'
import type { WebLoginConfig } from './config.ts'
import type { Context } from './context.ts'
import { readCookies } from './cookies.ts'
import { endSession } from './end-session.ts'
import { json, redirect, withCookies } from './responses.ts'
import { revokeAll } from './revoke-all.ts'
import { isFromSameOrigin } from './same-origin.ts'

/** The session here ends whatever the issuer responds, also for requests that are renewing its tokens at the same time. */
export async function logout(context: Context, request: Request): Promise<Response> {
  const { config, keeper, renewals } = context
  // OWASP ASVS 3.5.1: a page of another site must not log users out.
  if (!isFromSameOrigin(request, config.origin)) {
    return json(403, { error: 'cross_origin', detail: 'Log out with a form on a page of this app' })
  }
  const cookies = readCookies(request)
  const record = await keeper.read(cookies)
  const lines: string[] = []
  await endSession(context, cookies, (line) => lines.push(line))
  const url = record && (await endAtIssuer(config, record.tokens, await renewals.end(record.tokens)))
  return withCookies(redirect(url ?? `${config.origin}${config.afterLogout}`), lines)
}

/** Returns the URL to log out at the issuer; `undefined` when it has none or cannot be reached. */
async function endAtIssuer(
  config: WebLoginConfig,
  tokens: Tokens,
  all: readonly Tokens[],
): Promise<string | undefined> {
  const { client, onError } = config
  try {
    const { endpoints } = await client.metadata()
    await revokeAll(config, all)
    return endpoints.get('end_session') && (await logoutUrl(client, tokens))
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    onError(error)
    return undefined
  }
}
