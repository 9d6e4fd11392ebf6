/** A web login in Express 4 and 5. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import { hasResponded, mayBeLogin, mayBeProxied, sendResponse, toProxiedRequest, toRequest } from './node-message.ts'

/** What Express's request has of use here. */
export type ExpressRequest = IncomingMessage & { readonly originalUrl: string }

type Next = (error?: unknown) => void

export type ExpressMiddleware = (request: ExpressRequest, response: ServerResponse, next: Next) => void

/** Brings the routes of the log-in, and passes on the rest: `app.use(webLogin(web))`. */
export function webLogin(web: WebLogin): ExpressMiddleware {
  return (request, response, next) => {
    if (!mayBeLogin(request)) return next()
    respondOrNext(web.handle(toRequest(request, request.originalUrl, web.origin)), response, next)
  }
}

/**
 * Lets the app in the browser call an API: `app.use(webProxy(web, { prefix: '/api', to: 'https://api.example.com' }))`, before what
 * parses bodies.
 */
export function webProxy(web: WebLogin, options: ProxyOptions): ExpressMiddleware {
  const proxy = web.proxy(options)
  return (request, response, next) => {
    if (!mayBeProxied(request, request.originalUrl, options.prefix)) return next()
    respondOrNext(proxy(toProxiedRequest(request, response, request.originalUrl, web.origin)), response, next)
  }
}

/** Who is logged in, `undefined` for nobody. To be called before the answer is sent: a renewal sets a cookie. */
export function sessionOf(
  web: WebLogin,
  request: ExpressRequest,
  response: ServerResponse,
): Promise<WebSession | undefined> {
  return web.session(toRequest(request, request.originalUrl, web.origin), setCookieOf(response))
}

/** A handler for who is logged in: `app.get('/items', requireLogin(web, (request, response, session) => ...))`. Others are sent to log in. */
export function requireLogin<Incoming extends ExpressRequest, Outgoing extends ServerResponse>(
  web: WebLogin,
  handler: (request: Incoming, response: Outgoing, session: WebSession) => unknown,
): (request: Incoming, response: Outgoing, next: Next) => void {
  return (request, response, next) => {
    const asked = toRequest(request, request.originalUrl, web.origin)
    const done = web.requireLogin(asked, setCookieOf(response), async (session) => {
      if (!hasResponded(response)) await handler(request, response, session)
    })
    done.then((answer) => answer && sendResponse(answer, response)).catch(next)
  }
}

/** What it throws when the answer is under way, the web login tells. */
function setCookieOf(response: ServerResponse): SetCookie {
  return (line) => response.appendHeader('set-cookie', line)
}

/** Sends the answer, or passes on, unless something else has answered. Express 4 looks at no promise: what fails must reach `next`. */
function respondOrNext(answering: Promise<Response | undefined>, response: ServerResponse, next: Next): void {
  answering
    .then(async (answer) => {
      if (answer) await sendResponse(answer, response)
      else if (!hasResponded(response)) next()
    })
    .catch(next)
}
