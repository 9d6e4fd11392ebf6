/** `GET {base}/login`: sends the browser to the issuer, and remembers where it wanted to go. */
import { beginLogin } from '../oauth/authorization-request.ts'
import type { Context } from './context.ts'
import { readCookies } from './cookies.ts'
import { rememberLogin } from './login-cookie.ts'
import { json, redirect, withCookies } from './responses.ts'
import { readReturnTo } from './return-to.ts'

/** @throws ClientError when the issuer can't be reached or is not fit for a log-in */
export async function login({ config, sealer }: Context, request: Request): Promise<Response> {
  const asked = new URL(request.url).searchParams.get('return_to')
  const returnTo = asked === null ? config.afterLogin : readReturnTo(asked, config.origin)
  if (returnTo === undefined)
    return json(400, { error: 'invalid_request', detail: 'return_to must be a path of this app' })

  const { url, transaction } = await beginLogin(config.client)
  const lines: string[] = []
  const pending = { transaction, returnTo }
  await rememberLogin(config.cookies, sealer, readCookies(request), pending, (line) => lines.push(line))
  return withCookies(redirect(url), lines)
}

/** The answer to a request that needs a log-in: pages are sent to log in and back, all else is told so (401). */
export function loginRequired({ config }: Context, request: Request): Response {
  if (!isForPage(request.headers)) return json(401, { error: 'login_required', detail: 'Log in first' })
  const { pathname, search } = new URL(request.url)
  // What was posted is gone: the page that it was posted to may be none to come back to.
  const canComeBack = request.method === 'GET' || request.method === 'HEAD'
  const returnTo = canComeBack ? readReturnTo(`${pathname}${search}`, config.origin) : undefined
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ return_to: returnTo })}`
  return redirect(`${config.origin}${config.basePath}/login${query}`)
}

/** Whether a person waits for a page: scripts can't follow a redirect to the issuer. */
function isForPage(headers: Headers): boolean {
  const mode = headers.get('sec-fetch-mode')
  return mode === null ? (headers.get('accept') ?? '').includes('text/html') : mode === 'navigate'
}
