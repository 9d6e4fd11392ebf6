/** `POST {base}/logout`: ends the session here, has its tokens revoked, and sends the browser to log out at the issuer. */
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

/** Whatever the issuer answers, the session here has ended: also for requests that are renewing its tokens at this moment. */
export async function logout(context: Context, request: Request): Promise<Response> {
  const { config, keeper, renewals } = context
  // OWASP ASVS 3.5.1: a page of another site must not log people out.
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

/** Answers where the browser logs out at the issuer; `undefined` when it has no such page or can't be reached. */
async function endAtIssuer(
  config: WebLoginConfig,
  tokens: Tokens,
  good: readonly Tokens[],
): Promise<string | undefined> {
  const { client, onError } = config
  try {
    const { endpoints } = await client.metadata()
    await revokeAll(config, good)
    return endpoints.get('end_session') && (await logoutUrl(client, tokens))
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    onError(error)
    return undefined
  }
}
