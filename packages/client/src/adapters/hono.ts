/** A web login in Hono. */
import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import { withCookies } from '../server/responses.ts'

/** The part of Hono's context that is used. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly header: (name: 'set-cookie', value: string, options: { readonly append: true }) => void
}

export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>

/** Adds the routes of the login, and calls the next handler for all others: `app.use(webLogin(web))`. */
export function webLogin(web: WebLogin): HonoMiddleware {
  return async ({ req }, next) => (await web.handle(req.raw)) ?? (await passOn(next))
}

/** Lets the app in the browser call an API: `app.use(webProxy(web, { prefix: '/api', to: 'https://api.example.com' }))`. */
export function webProxy(web: WebLogin, options: ProxyOptions): HonoMiddleware {
  const proxy = web.proxy(options)
  return async ({ req }, next) => (await proxy(req.raw)) ?? (await passOn(next))
}

/** The session of the user; `undefined` when no user is logged in. Make the response with the context (`c.html`, `c.json`): it has the cookies. */
export function sessionOf(web: WebLogin, context: HonoContext): Promise<WebSession | undefined> {
  return web.session(context.req.raw, (line) => context.header('set-cookie', line, { append: true }))
}

/** A handler for logged-in users: `app.get('/items', requireLogin(web, (c, session) => ...))`. Other users are sent to log in. */
export function requireLogin<Context extends HonoContext>(
  web: WebLogin,
  handler: (context: Context, session: WebSession) => Response | Promise<Response>,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const lines: string[] = []
    const setCookie: SetCookie = (line) => lines.push(line)
    const response = await web.requireLogin(context.req.raw, setCookie, (session) => handler(context, session))
    return withCookies(response, lines)
  }
}

async function passOn(next: () => Promise<void>): Promise<undefined> {
  await next()
}
