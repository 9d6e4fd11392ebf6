/** A web login in Hono. */

import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import { withCookies } from '../server/responses.ts'

/** What Hono's context has of use here. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly header: (name: 'set-cookie', value: string, options: { readonly append: true }) => void
}

export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>

/** Brings the routes of the log-in, and passes on the rest: `app.use(webLogin(web))`. */
export function webLogin(web: WebLogin): HonoMiddleware {
  return async ({ req }, next) => (await web.handle(req.raw)) ?? (await passOn(next))
}

/** Lets the app in the browser call an API: `app.use(webProxy(web, { prefix: '/api', to: 'https://api.example.com' }))`. */
export function webProxy(web: WebLogin, options: ProxyOptions): HonoMiddleware {
  const proxy = web.proxy(options)
  return async ({ req }, next) => (await proxy(req.raw)) ?? (await passOn(next))
}

/** Who is logged in, `undefined` for nobody. The answer is to be made by the context (`c.html`, `c.json`), which has the cookies. */
export function sessionOf(web: WebLogin, context: HonoContext): Promise<WebSession | undefined> {
  return web.session(context.req.raw, (line) => context.header('set-cookie', line, { append: true }))
}

/** A handler for who is logged in: `app.get('/items', requireLogin(web, (c, session) => ...))`. Others are sent to log in. */
export function requireLogin<Context extends HonoContext>(
  web: WebLogin,
  handler: (context: Context, session: WebSession) => Response | Promise<Response>,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const lines: string[] = []
    const setCookie: SetCookie = (line) => lines.push(line)
    const answer = await web.requireLogin(context.req.raw, setCookie, (session) => handler(context, session))
    return withCookies(answer, lines)
  }
}

async function passOn(next: () => Promise<void>): Promise<undefined> {
  await next()
}
