/** Mounts the route table: finds the route, calls the handler, tells the trace, finishes the Reply. */
import { RegExpRouter } from 'hono/router/reg-exp-router'
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Route } from '../routes.ts'
import { startTrace, type Trace, tellRejection } from '../trace/trace.ts'
import { type ClientAddress, clientAddress } from './client-address.ts'
import { asRejection, errorReply, finish } from './respond.ts'

/** A request as it came, from Node's parser (`node.ts`) or a web framework (`web.ts`). */
export interface Incoming {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly header: (name: string) => string | undefined
  /** The address at the other end of the connection; empty when unknown. */
  readonly peer: string
  /** @throws OAuthError when it is too large, encoded or not UTF-8 */
  readonly readBody: () => Promise<string>
}

export interface App {
  readonly answer: (incoming: Incoming) => Reply | Promise<Reply>
  /** The answer to a request that was refused before it could be read. */
  readonly refuse: (method: string, target: string, error: OAuthError) => TextReply
}

const methods = ['GET', 'POST'] as const

/** How requests that match no route are answered. */
const unrouted: Pick<Route, 'cache' | 'cors'> = { cache: 'no-store', cors: 'none' }

export function createApp(ctx: Context, routes: readonly Route[]): App {
  const addressOf = clientAddress(ctx.config.trustedProxies)
  const router = new RegExpRouter<Route>()
  for (const route of routes) router.add(route.method, route.path, route)
  const find = (method: string, path: string) => router.match(method, path)[0][0]?.[0]

  return {
    answer: (incoming) => {
      const { path, query } = splitTarget(incoming.target)
      // RFC 9110 §9.3.2: HEAD is answered as GET would be, without the content.
      const route = find(incoming.method === 'HEAD' ? 'GET' : incoming.method, path)
      if (route) return call(ctx, addressOf, route, incoming, path, query)
      const allowed = methods.filter((method) => find(method, path))
      return reject(ctx, incoming.method, path, allowed.length > 0 ? methodNotAllowed(allowed) : notFound())
    },
    refuse: (method, target, error) => reject(ctx, method, splitTarget(target).path, error),
  }
}

async function call(
  ctx: Context,
  addressOf: ClientAddress,
  route: Route,
  incoming: Incoming,
  path: string,
  query: string,
): Promise<Reply> {
  const told = { id: ctx.random.id(), method: incoming.method, path, trace: startTrace() }
  try {
    const request: Request = {
      ...told,
      query,
      header: incoming.header,
      address: addressOf(incoming.peer, incoming.header('x-forwarded-for')),
      body: route.method === 'POST' ? await incoming.readBody() : '',
    }
    return conclude(ctx, told, route, await route.handler(ctx, request), undefined)
  } catch (thrown) {
    const error = asRejection(thrown)
    return conclude(ctx, told, route, errorReply(error), error)
  }
}

/** The answer to a request that no handler sees. */
function reject(ctx: Context, method: string, path: string, error: OAuthError): TextReply {
  const told = { id: ctx.random.id(), method, path, trace: startTrace() }
  return conclude(ctx, told, unrouted, errorReply(error), error)
}

/** Tells the trace and the log what became of the request, and answers what goes out. */
function conclude<Answer extends Reply>(
  ctx: Context,
  told: { id: string; method: string; path: string; trace: Trace },
  route: Pick<Route, 'cache' | 'cors'>,
  reply: Answer,
  error: OAuthError | undefined,
): Answer {
  const { id: requestId, method, path, trace } = told
  if (error) tellRejection(trace, error)
  ctx.traces.record({
    requestId,
    method,
    path,
    status: reply.status,
    reason: error?.reason,
    happenedAt: ctx.now(),
    durationMs: performance.now() - trace.startedMs,
    steps: trace.steps,
  })
  if (error) {
    const facts = { requestId, method, path, status: reply.status, reason: error.reason }
    if (reply.status === 500) ctx.log.error({ ...facts, err: error.cause }, 'request failed')
    else if (reply.status > 500) ctx.log.warn({ ...facts, cause: messageOf(error.cause) }, 'request put off')
    else ctx.log.info(facts, 'request rejected')
  }
  return finish(reply, requestId, route)
}

function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined
}

/** The path is matched as sent: an encoded `/%74oken` is another path, not `/token`. */
function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

function notFound(): OAuthError {
  return new OAuthError('not_found', 'Not Found', { reason: 'route_unknown' })
}

function methodNotAllowed(allowed: readonly string[]): OAuthError {
  // RFC 9110 §15.5.6: the origin server MUST generate an Allow header field in a 405 response.
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  return new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: 'method_not_allowed',
    expected: allow,
    headers: { allow },
  })
}
