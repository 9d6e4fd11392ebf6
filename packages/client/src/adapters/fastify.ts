/** A web login in Fastify. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProxyOptions, SetCookie, WebLogin, WebSession } from '../server/index.ts'
import { hasResponded, mayBeLogin, mayBeProxied, toProxiedRequest, toRequest } from './node-message.ts'

/** What Fastify's request has of use here. */
export interface FastifyRequest {
  readonly raw: IncomingMessage
  readonly originalUrl: string
}

/** What Fastify's reply has of use here. */
export interface FastifyReply {
  readonly raw: ServerResponse
  readonly header: (name: 'set-cookie', value: string) => unknown
  readonly send: (answer: Response) => unknown
}

export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Brings the routes of the log-in, and passes on the rest: `app.addHook('onRequest', webLogin(web))`. */
export function webLogin(web: WebLogin): FastifyHook {
  return async (request, reply) => {
    if (!mayBeLogin(request.raw)) return undefined
    const answer = await web.handle(toRequest(request.raw, request.originalUrl, web.origin))
    return answer && send(answer, reply)
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
    const answer = await proxy(toProxiedRequest(request.raw, reply.raw, request.originalUrl, web.origin))
    return answer && send(answer, reply)
  }
}

/** Who is logged in, `undefined` for nobody. To be called before the answer is sent: a renewal sets a cookie. */
export function sessionOf(
  web: WebLogin,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<WebSession | undefined> {
  const asked = toRequest(request.raw, request.originalUrl, web.origin)
  return web.session(asked, setCookieOf(reply))
}

/** A handler for who is logged in: `app.get('/items', requireLogin(web, (request, reply, session) => ...))`. Others are sent to log in. */
export function requireLogin<Incoming extends FastifyRequest, Outgoing extends FastifyReply>(
  web: WebLogin,
  handler: (request: Incoming, reply: Outgoing, session: WebSession) => unknown,
): (request: Incoming, reply: Outgoing) => Promise<unknown> {
  return async (request, reply) => {
    const asked = toRequest(request.raw, request.originalUrl, web.origin)
    const result = await web.requireLogin<unknown>(asked, setCookieOf(reply), (session) =>
      hasResponded(reply.raw) ? undefined : handler(request, reply, session),
    )
    return hasResponded(reply.raw) ? reply : result
  }
}

/** What it throws, the web login tells. Fastify itself would say nothing of a header that comes too late. */
function setCookieOf(reply: FastifyReply): SetCookie {
  return (line) => {
    if (hasResponded(reply.raw)) throw new TypeError('The answer is sent already, and can set no cookie')
    reply.header('set-cookie', line)
  }
}

/** Sends the answer, unless something else has answered, as a timeout does. Fastify then waits for the end of that. */
function send(answer: Response, reply: FastifyReply): unknown {
  if (!hasResponded(reply.raw)) return reply.send(answer)
  void answer.body?.cancel()
  return reply
}
