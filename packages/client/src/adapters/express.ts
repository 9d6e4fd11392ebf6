/** A web login in Express 4 and 5. */
import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import {
  hasResponded,
  mayBeLogin,
  mayBeProxied,
  type NodeRequest,
  type NodeResponse,
  sendResponse,
  toProxiedRequest,
  toRequest,
} from './node-message.ts'

export type { NodeRequest, NodeResponse } from './node-message.ts'

/** The part of Express's request that is used. */
export type ExpressRequest = NodeRequest & { readonly originalUrl: string }

type Next = (error?: unknown) => void

export type ExpressMiddleware = (request: ExpressRequest, response: NodeResponse, next: Next) => void

/** Adds the routes of the login, and calls the next handler for all others: `app.use(webLogin(web))`. */
export function webLogin(web: WebLogin): ExpressMiddleware {
  return (request, response, next) => {
    if (!mayBeLogin(request)) return next()
    respondOrNext(web.handle(toRequest(request, request.originalUrl, web.origin)), response, next)
  }
}

/**
 * Lets the app in the browser call an API: `app.use(webProxy(web, { prefix: '/api', to: 'https://api.example.com' }))`. Add it before the
 * parsers of bodies.
 */
export function webProxy(web: WebLogin, options: ProxyOptions): ExpressMiddleware {
  const proxy = web.proxy(options)
  return (request, response, next) => {
    if (!mayBeProxied(request, request.originalUrl, options.prefix)) return next()
    respondOrNext(proxy(toProxiedRequest(request, response, request.originalUrl, web.origin)), response, next)
  }
}

/** The session of the user; `undefined` when no user is logged in. Call it before the response is sent: a renewal sets a cookie. */
export function sessionOf(
  web: WebLogin,
  request: ExpressRequest,
  response: NodeResponse,
): Promise<WebSession | undefined> {
  return web.session(toRequest(request, request.originalUrl, web.origin), setCookieOf(response))
}

/** A handler for logged-in users: `app.get('/items', requireLogin(web, (request, response, session) => ...))`. Other users are sent to log in. */
export function requireLogin<Incoming extends ExpressRequest, Outgoing extends NodeResponse>(
  web: WebLogin,
  handler: (request: Incoming, response: Outgoing, session: WebSession) => unknown,
): (request: Incoming, response: Outgoing, next: Next) => void {
  return (request, response, next) => {
    const incoming = toRequest(request, request.originalUrl, web.origin)
    const done = web.requireLogin(incoming, setCookieOf(response), async (session) => {
      if (!hasResponded(response)) await handler(request, response, session)
    })
    done.then((result) => result && sendResponse(result, response)).catch(next)
  }
}

/** If the response has already begun, this throws, and the web login reports it. */
function setCookieOf(response: NodeResponse): SetCookie {
  return (line) => response.appendHeader('set-cookie', line)
}

/** Sends the response or calls the next handler, unless something else has responded. Express 4 ignores promises: errors must go to `next`. */
function respondOrNext(pending: Promise<Response | undefined>, response: NodeResponse, next: Next): void {
  pending
    .then(async (result) => {
      if (result) await sendResponse(result, response)
      else if (!hasResponded(response)) next()
    })
    .catch(next)
}
