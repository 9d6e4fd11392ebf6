/** A web login in Fastify. */
import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import {
  hasResponded,
  mayBeLogin,
  mayBeProxied,
  type NodeRequest,
  type NodeResponse,
  toProxiedRequest,
  toRequest,
} from './node-message.ts'

export type { NodeRequest, NodeResponse } from './node-message.ts'

/** The part of Fastify's request that is used. */
export interface FastifyRequest {
  readonly raw: NodeRequest
  readonly originalUrl: string
}

/** The part of Fastify's reply that is used. */
export interface FastifyReply {
  readonly raw: NodeResponse
  readonly header: (name: 'set-cookie', value: string) => unknown
  readonly send: (response: Response) => unknown
}

export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Adds the routes of the login, and calls the next handler for all others: `app.addHook('onRequest', webLogin(web))`. */
export function webLogin(web: WebLogin): FastifyHook {
  return async (request, reply) => {
    if (!mayBeLogin(request.raw)) return undefined
    const response = await web.handle(toRequest(request.raw, request.originalUrl, web.origin))
    return response && send(response, reply)
  }
}

/**
 * Lets the app in the browser call an API, before Fastify parses the body:
 * `app.addHook('onRequest', webProxy(web, { prefix: '/api', to: 'https://api.example.com' }))`.
 */
export function webProxy(web: WebLogin, options: ProxyOptions): FastifyHook {
  const proxy = web.proxy(options)
  return async (request, reply) => {
    if (!mayBeProxied(request.raw, request.originalUrl, options.prefix)) return undefined
    const response = await proxy(toProxiedRequest(request.raw, reply.raw, request.originalUrl, web.origin))
    return response && send(response, reply)
  }
}

/** The session of the user; `undefined` when no user is logged in. Call it before the response is sent: a renewal sets a cookie. */
export function sessionOf(
  web: WebLogin,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<WebSession | undefined> {
  const incoming = toRequest(request.raw, request.originalUrl, web.origin)
  return web.session(incoming, setCookieOf(reply))
}

/** A handler for logged-in users: `app.get('/items', requireLogin(web, (request, reply, session) => ...))`. Other users are sent to log in. */
export function requireLogin<Incoming extends FastifyRequest, Outgoing extends FastifyReply>(
  web: WebLogin,
  handler: (request: Incoming, reply: Outgoing, session: WebSession) => unknown,
): (request: Incoming, reply: Outgoing) => Promise<unknown> {
  return async (request, reply) => {
    const incoming = toRequest(request.raw, request.originalUrl, web.origin)
    const result = await web.requireLogin<unknown>(incoming, setCookieOf(reply), (session) =>
      hasResponded(reply.raw) ? undefined : handler(request, reply, session),
    )
    return hasResponded(reply.raw) ? reply : result
  }
}

/** If the response has already begun, this throws, and the web login reports it. Fastify itself would ignore a late header. */
function setCookieOf(reply: FastifyReply): SetCookie {
  return (line) => {
    if (hasResponded(reply.raw)) throw new TypeError('The response is already sent and cannot set a cookie')
    reply.header('set-cookie', line)
  }
}

/** Sends the response, unless something else has responded, such as a timeout. Fastify then waits for the end of that response. */
function send(response: Response, reply: FastifyReply): unknown {
  if (!hasResponded(reply.raw)) return reply.send(response)
  void response.body?.cancel()
  return reply
}
