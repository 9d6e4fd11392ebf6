/** `GET {base}/login`: sends the browser to the issuer, and remembers the path for after the login. */
import { beginLogin } from '../oauth/authorization-request.ts'
import type { Context } from './context.ts'
import { readCookies } from './cookies.ts'
import { rememberLogin } from './login-cookie.ts'
import { json, redirect, withCookies } from './responses.ts'
import { readReturnTo } from './return-to.ts'

/** @throws ClientError when the issuer cannot be reached or does not support this login */
export async function login({ config, sealer }: Context, request: Request): Promise<Response> {
  const requested = new URL(request.url).searchParams.get('return_to')
  const returnTo = requested === null ? config.afterLogin : readReturnTo(requested, config.origin)
  if (returnTo === undefined)
    return json(400, { error: 'invalid_request', detail: 'return_to must be a path of this app' })

  const { url, transaction } = await beginLogin(config.client)
  const lines: string[] = []
  const pending = { transaction, returnTo }
  await rememberLogin(config.cookies, sealer, readCookies(request), pending, (line) => lines.push(line))
  return withCookies(redirect(url), lines)
}

/** The response to a request that needs a login: a redirect to log in and come back for pages, 401 for everything else. */
export function loginRequired({ config }: Context, request: Request): Response {
  if (!isForPage(request.headers)) return json(401, { error: 'login_required', detail: 'Log in first' })
  const { pathname, search } = new URL(request.url)
  // The form of a POST is lost, and its URL may be no page to come back to.
  const canComeBack = request.method === 'GET' || request.method === 'HEAD'
  const returnTo = canComeBack ? readReturnTo(`${pathname}${search}`, config.origin) : undefined
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ return_to: returnTo })}`
  return redirect(`${config.origin}${config.basePath}/login${query}`)
}

/** Whether the browser loads a page: scripts cannot follow a redirect to the issuer. */
function isForPage(headers: Headers): boolean {
  const mode = headers.get('sec-fetch-mode')
  return mode === null ? (headers.get('accept') ?? '').includes('text/html') : mode === 'navigate'
}
