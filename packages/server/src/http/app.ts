/** Mounts the route table: turns the wire into a Request, calls the handler, tells the trace, sends the Reply. */
import { Hono, type Context as HonoContext } from 'hono'
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Route } from '../routes.ts'
import { startTrace, type Trace, tellRejection } from '../trace/trace.ts'
import { readBody } from './body.ts'
import { type ClientAddress, clientAddress } from './client-address.ts'
import { asRejection, errorReply, finish } from './respond.ts'
import { type Outgoing, send } from './send.ts'

export interface App {
  /** Web-standard entry. `peer` is known where `http/listen.ts` serves. */
  readonly fetch: (request: globalThis.Request, peer?: Peer) => Response | Promise<Response>
  /** The answer to a request that was refused before it could be read. */
  readonly refuse: (method: string, target: string, error: OAuthError) => TextReply
}

/** Node's side of a request: who is at the other end, and where the answer goes. */
export interface Peer {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } }
  readonly outgoing?: Outgoing
}

type Wire = HonoContext<{ Bindings: Peer }>

/** How requests that match no route are answered. */
const unrouted: Pick<Route, 'cache' | 'cors'> = { cache: 'no-store', cors: 'none' }

export function createApp(ctx: Context, routes: readonly Route[]): App {
  const addressOf = clientAddress(ctx.config.trustedProxies)
  // The path is matched as sent: an encoded `/%74oken` is another path, not `/token`.
  const hono = new Hono<{ Bindings: Peer }>({ getPath: (request) => splitTarget(request.url).path })
  for (const route of routes) {
    hono.on(route.method, route.path, async (wire) =>
      send(await answer(ctx, addressOf, route, wire), wire.env.outgoing),
    )
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = routes
      .filter((route) => route.path === path)
      .flatMap(methodsOf)
      .join(', ')
    hono.all(path, (wire) =>
      send(reject(ctx, wire.req.method, pathOf(wire), methodNotAllowed(allow)), wire.env.outgoing),
    )
  }
  hono.notFound((wire) => send(reject(ctx, wire.req.method, pathOf(wire), notFound()), wire.env.outgoing))
  return {
    fetch: (request, peer) => hono.fetch(request, peer ?? {}),
    refuse: (method, target, error) => reject(ctx, method, target.split('?', 1)[0] ?? '', error),
  }
}

async function answer(ctx: Context, addressOf: ClientAddress, route: Route, wire: Wire): Promise<Reply> {
  const { path, query } = splitTarget(wire.req.url)
  const told = { id: ctx.random.id(), method: wire.req.method, path, trace: startTrace() }
  try {
    const request: Request = {
      ...told,
      query,
      header: (name) => wire.req.raw.headers.get(name) ?? undefined,
      address: addressOf(wire.env.incoming?.socket.remoteAddress ?? '', wire.req.header('x-forwarded-for')),
      body: route.method === 'POST' ? await readBody(wire.req.raw) : '',
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
  const duration = performance.now() - trace.startedAt
  ctx.traces.record({
    requestId,
    method,
    path,
    status: reply.status,
    reason: error?.reason,
    happenedAt: ctx.now(),
    duration,
    steps: trace.steps,
  })
  if (error) {
    const facts = { requestId, method, path, status: reply.status, reason: error.reason }
    if (reply.status >= 500) ctx.log.error({ ...facts, err: error.cause }, 'request failed')
    else ctx.log.info(facts, 'request rejected')
  }
  return finish(reply, requestId, route)
}

function pathOf(wire: Wire): string {
  return splitTarget(wire.req.url).path
}

/** The path and query of an absolute URL, as sent. */
function splitTarget(url: string): { path: string; query: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return { path: '/', query: '' }
  const mark = url.indexOf('?', start)
  return mark === -1
    ? { path: url.slice(start), query: '' }
    : { path: url.slice(start, mark), query: url.slice(mark + 1) }
}

function methodsOf(route: Route): readonly string[] {
  return route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]
}

function notFound(): OAuthError {
  return new OAuthError('not_found', 'Not Found', { reason: 'route_unknown' })
}

function methodNotAllowed(allow: string): OAuthError {
  // RFC 9110 §15.5.6: the origin server MUST generate an Allow header field in a 405 response.
  return new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: 'method_not_allowed',
    expected: allow,
    headers: { allow },
  })
}
