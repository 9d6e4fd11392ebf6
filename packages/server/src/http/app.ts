/** Serves the route table: finds the route, calls the handler, records the trace, completes the Reply. */
import { RegExpRouter } from 'hono/router/reg-exp-router'
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Route } from '../routes.ts'
import { recordRejection, startTrace, type Trace } from '../trace/trace.ts'
import { prefersHtml } from './accept.ts'
import { type ClientAddress, clientAddress } from './client-address.ts'
import { readCookie } from './cookies.ts'
import { clientOriginOf, preflightReply } from './cors.ts'
import type { PageRequest } from './error-frame.ts'
import { asRejection, errorPageReply, errorReply, finish, formPostReply } from './respond.ts'
import { countRunning, type Running } from './running.ts'

/** A request from Node's parser (`node.ts`) or a web framework (`web.ts`). */
export interface Incoming {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly header: (name: string) => string | undefined
  /** The address of the other end of the connection; empty when unknown. */
  readonly peer: string
  /** @throws OAuthError when it is too large, encoded or not UTF-8 */
  readonly readBody: () => Promise<string>
}

/** What responds to requests. */
export type Responder = Pick<App, 'handle' | 'reject'>

export interface App {
  readonly handle: (incoming: Incoming) => Reply | Promise<Reply>
  /** The response to a request that was rejected before it could be read. */
  readonly reject: (method: string, target: string, error: OAuthError) => TextReply
  /** Resolves when no handler runs, at the latest after `graceMs`. */
  readonly ended: (graceMs: number) => Promise<void>
}

const methods = ['GET', 'HEAD', 'POST'] as const

/** For the responses to requests that match no route. */
const unrouted: Pick<Route, 'cache' | 'cors'> = { cache: 'no-store', cors: 'none' }

export function createApp(ctx: Context, routes: readonly Route[]): App {
  const addressOf = warnOfUnknown(ctx, clientAddress(ctx.config.trustedProxies))
  const running = countRunning()
  const router = new RegExpRouter<Route>()
  // RFC 9110 §9.3.2: the response to HEAD is that of GET, without the content. §9.2.1: HEAD is safe, which not every GET here is.
  for (const route of routes) {
    router.add(route.method, route.path, route)
    if (route.method === 'GET' && !route.changesState) router.add('HEAD', route.path, route)
  }
  const find = (method: string, path: string) => router.match(method, path)[0][0]?.[0]

  return {
    handle: (incoming) => {
      const { path, query } = splitTarget(withoutBasePath(ctx.config.basePath, incoming.target))
      const route = find(incoming.method, path)
      if (route) return call(ctx, addressOf, running, route, incoming, path, query)
      const allowed = methods.filter((method) => find(method, path))
      const shared = allowed.filter((method) => method !== 'HEAD' && find(method, path)?.cors === 'clients')
      if (incoming.method === 'OPTIONS' && shared.length > 0) return preflight(ctx, incoming, path, shared, allowed)
      const error = allowed.length > 0 ? methodNotAllowed(allowed) : notFound()
      // A user who mistypes an address gets a page. Tools, which accept anything, get JSON.
      const page = prefersHtml(incoming.header('accept')) ? { query, header: incoming.header } : undefined
      return reject(ctx, incoming.method, path, error, page)
    },
    reject: (method, target, error) => reject(ctx, method, splitTarget(target).path, error, undefined),
    ended: running.ended,
  }
}

/** The program around the server may not know addresses, or have forgotten to pass them. */
function warnOfUnknown({ log }: Context, addressOf: ClientAddress): ClientAddress {
  let hasWarned = false
  return (peer, forwardedFor) => {
    const address = addressOf(peer, forwardedFor)
    if (address === '' && !hasWarned) {
      hasWarned = true
      log.warn(
        {},
        'requests come without the address of their client, so failed logins are counted only by account: pass it to fetch(request, { address })',
      )
    }
    return address
  }
}

async function call(
  ctx: Context,
  addressOf: ClientAddress,
  running: Running,
  route: Route,
  incoming: Incoming,
  path: string,
  query: string,
): Promise<Reply> {
  const head = { id: ctx.random.id(), method: incoming.method, path, trace: startTrace() }
  let clientOrigin: string | undefined
  running.begin()
  try {
    // First, so that the client's script can read a rejection too.
    if (route.cors === 'clients') clientOrigin = await clientOriginOf(ctx, incoming.header('origin'))
    const request: Request = {
      ...head,
      query,
      header: incoming.header,
      cookie: (name) => readCookie(incoming.header('cookie'), name),
      address: addressOf(incoming.peer, incoming.header('x-forwarded-for')),
      body: route.method === 'POST' ? await incoming.readBody() : '',
    }
    const handled = await route.handler(ctx, request)
    const reply = handled.formPost ? formPostReply(ctx.config, handled, request) : handled
    return conclude(ctx, head, route, reply, reply.rejection, clientOrigin)
  } catch (thrown) {
    const error = asRejection(thrown)
    const page = route.errors === 'page' ? { query, header: incoming.header } : undefined
    return conclude(ctx, head, route, rejectionReply(ctx, head.id, error, page), error, clientOrigin)
  } finally {
    running.end()
  }
}

/** The response to a browser that asks whether a script may send a request to this path. */
async function preflight(
  ctx: Context,
  { method, header }: Incoming,
  path: string,
  shared: readonly string[],
  allowed: readonly string[],
): Promise<Reply> {
  const head = { id: ctx.random.id(), method, path, trace: startTrace() }
  const route = { cache: 'no-store', cors: 'clients' } as const
  try {
    const clientOrigin = await clientOriginOf(ctx, header('origin'))
    if (clientOrigin === undefined) throw methodNotAllowed(allowed)
    return conclude(ctx, head, route, preflightReply(shared), undefined, clientOrigin)
  } catch (thrown) {
    const error = asRejection(thrown)
    return conclude(ctx, head, route, errorReply(ctx.config, error), error, undefined)
  }
}

/** The response to a request that no handler sees. */
function reject(
  ctx: Context,
  method: string,
  path: string,
  error: OAuthError,
  page: PageRequest | undefined,
): TextReply {
  const head = { id: ctx.random.id(), method, path, trace: startTrace() }
  return conclude(ctx, head, unrouted, rejectionReply(ctx, head.id, error, page), error, undefined)
}

/** An error page for a browser, otherwise JSON. */
function rejectionReply(ctx: Context, requestId: string, error: OAuthError, page: PageRequest | undefined): TextReply {
  return page ? errorPageReply(ctx.config, error, requestId, page) : errorReply(ctx.config, error)
}

/** Records the request in the trace and the log, and returns the complete response. */
function conclude<Response extends Reply>(
  ctx: Context,
  head: { id: string; method: string; path: string; trace: Trace },
  route: Pick<Route, 'cache' | 'cors'>,
  reply: Response,
  error: OAuthError | undefined,
  clientOrigin: string | undefined,
): Response {
  const { id: requestId, method, path, trace } = head
  if (error) recordRejection(trace, error)
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
    else if (reply.status > 500) ctx.log.warn({ ...facts, cause: messageOf(error.cause) }, 'request failed temporarily')
    else ctx.log.info(facts, 'request rejected')
  }
  return finish(reply, requestId, route, clientOrigin)
}

function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined
}

/** The path is compared as sent: an encoded `/%74oken` is another path than `/token`. */
function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** Removes the path of the issuer, unless a proxy has removed it already. */
function withoutBasePath(basePath: string, target: string): string {
  if (!target.startsWith(basePath)) return target
  const rest = target.slice(basePath.length)
  // The issuer itself, such as `https://host/tenant`, is `/` here.
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : target
}

function notFound(): OAuthError {
  return new OAuthError('not_found', 'Not Found', { reason: 'route_unknown' })
}

function methodNotAllowed(allowed: readonly string[]): OAuthError {
  // RFC 9110 §15.5.6: the origin server MUST generate an Allow header field in a 405 response.
  const allow = allowed.join(', ')
  return new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: 'method_not_allowed',
    expected: allow,
    headers: { allow },
  })
}
