/** A web login in the App Router of Next.js: route handlers. */
import type { IdTokenClaims } from '../oauth/tokens.ts'
import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import { withCookies } from '../server/responses.ts'

export type NextHandler = (request: Request) => Promise<Response>

/** The routes of the login. In `app/auth/[...path]/route.ts`: `export const { GET, POST } = webLogin(web)`. */
export function webLogin(web: WebLogin): { readonly GET: NextHandler; readonly POST: NextHandler } {
  const handler: NextHandler = async (request) => (await web.handle(request)) ?? notFound()
  return { GET: handler, POST: handler }
}

/** Lets the app in the browser call an API. In `app/api/[...path]/route.ts`: `export const { GET, POST } = webProxy(web, { ... })`. */
export function webProxy(
  web: WebLogin,
  options: ProxyOptions,
): Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', NextHandler>> {
  const proxy = web.proxy(options)
  const handler: NextHandler = async (request) => (await proxy(request)) ?? notFound()
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler }
}

/**
 * A route handler for logged-in users: `export const GET = requireLogin(web, (request, session) => ...)`. Other users are sent to log in.
 * Further arguments of Next.js come after the session.
 */
export function requireLogin<Incoming extends Request, More extends readonly unknown[]>(
  web: WebLogin,
  handler: (request: Incoming, session: WebSession, ...more: More) => Response | Promise<Response>,
): (request: Incoming, ...more: More) => Promise<Response> {
  return async (request, ...more) => {
    const lines: string[] = []
    const setCookie: SetCookie = (line) => lines.push(line)
    const response = await web.requireLogin(request, setCookie, (session) => handler(request, session, ...more))
    return withCookies(response, lines)
  }
}

/** The user who is logged in, for a page: `await userOf(web, await headers())`. Pages cannot set cookies, so nothing is renewed. */
export function userOf(
  web: WebLogin,
  headers: { readonly get: (name: string) => string | null },
): Promise<IdTokenClaims | undefined> {
  return web.user(new Request(web.origin, { headers: { cookie: headers.get('cookie') ?? '' } }))
}

function notFound(): Response {
  return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
}
