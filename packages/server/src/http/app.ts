/** Serves the route table: finds the route, calls the handler, completes the Reply. */
import { RegExpRouter } from 'hono/router/reg-exp-router'
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Route } from '../routes.ts'
import { describeReceived } from '../trace/difference.ts'
import { redactedPath } from '../trace/redact.ts'
import { step, type Trace } from '../trace/trace.ts'
import { prefersHtml } from './accept.ts'
import { type ClientAddress, clientAddress, warnOfUnknown } from './client-address.ts'
import { conclude, type Head, headOf, rejectionReply, unrouted } from './conclude.ts'
import { readCookie } from './cookies.ts'
import { clientOriginOf } from './cors.ts'
import type { PageRequest } from './error-frame.ts'
import { createOverload, kindOf, type Overload } from './overload.ts'
import { type PathMethods, preflight } from './preflight.ts'
import { asRejection, errorReply, finish, formPostReply } from './respond.ts'
import { countRunning, type Run, type Running } from './running.ts'
import { splitTarget, withoutBasePath } from './target.ts'
import { createTurns, type Turns } from './turns.ts'

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
export type Responder = Pick<App, 'refuse' | 'handle' | 'reject'>

export interface App {
  /** Call it first. The response to a request that comes when there is too much to do; `undefined` when it can be handled. */
  readonly refuse: Overload['refuse']
  readonly handle: (incoming: Incoming) => Reply | Promise<Reply>
  /** The response to a request that was rejected before it could be read. */
  readonly reject: (method: string, target: string, error: OAuthError) => TextReply
  /** Does work of the program around the server. @throws ClosedError when the server is closed */
  readonly run: Run
  /** From now on each response is 503. Resolves when nothing runs, at the latest after `graceMs`. Whether all has ended by then. */
  readonly close: (graceMs: number) => Promise<boolean>
}

const methods = ['GET', 'HEAD', 'POST'] as const

export function createApp(ctx: Context, routes: readonly Route[]): App {
  const addressOf = warnOfUnknown(ctx.log, clientAddress(ctx.config.trustedProxies))
  const running = countRunning()
  const turns = createTurns()
  const overload = createOverload(ctx, routes, turns)
  const router = new RegExpRouter<Route>()
  // RFC 9110 §9.3.2: the response to HEAD is that of GET, without the content. §9.2.1: HEAD is safe, which not every GET here is.
  for (const route of routes) {
    router.add(route.method, route.path, route)
    if (route.method === 'GET' && !route.changesState) router.add('HEAD', route.path, route)
  }
  const find = (method: string, path: string) => router.match(method, path)[0][0]?.[0]

  return {
    refuse: (target) => (running.isClosing() ? undefined : overload.refuse(target)),
    handle: (incoming) => {
      if (running.isClosing()) return closedReply(ctx)
      const { path, query } = splitTarget(withoutBasePath(ctx.config.basePath, incoming.target))
      const route = find(incoming.method, path)
      if (route) return call(ctx, { addressOf, running, overload, turns, route, incoming, path, query })
      const allowed = methods.filter((method) => find(method, path))
      const corsOf = (method: string) => find(method, path)?.cors ?? 'none'
      const shared = allowed.filter((method) => method !== 'HEAD' && corsOf(method) !== 'none')
      const [first] = shared
      if (incoming.method === 'OPTIONS' && first !== undefined) {
        return callPreflight(ctx, { running, incoming, path, cors: corsOf(first), shared, allowed })
      }
      const error = allowed.length > 0 ? methodNotAllowed(allowed) : notFound()
      // A user who mistypes an address gets a page. Tools, which accept anything, get JSON.
      const { method, header } = incoming
      const page = prefersHtml(header('accept')) ? { method, path, query, body: '', header } : undefined
      return reject(ctx, incoming.method, path, error, page)
    },
    reject: (method, target, error) =>
      running.isClosing() ? closedReply(ctx) : reject(ctx, method, splitTarget(target).path, error, undefined),
    run: running.run,
    close: running.close,
  }
}

interface Call {
  readonly addressOf: ClientAddress
  readonly running: Running
  readonly overload: Overload
  readonly turns: Turns
  readonly route: Route
  readonly incoming: Incoming
  readonly path: string
  readonly query: string
}

async function call(ctx: Context, served: Call): Promise<Reply> {
  const { addressOf, running, overload, turns, route, incoming, path, query } = served
  const begun = headOf(ctx, incoming.method, path)
  const { startedMs } = begun.trace
  const span = ctx.telemetry?.begin({ method: incoming.method, path: route.path, startedMs, header: incoming.header })
  const head = span ? { ...begun, span } : begun
  let clientOrigin: string | undefined
  let body = ''
  running.begin()
  try {
    // First, so that the client's script can read a rejection too.
    if (route.cors === 'clients') clientOrigin = await findClientOrigin(ctx, head.trace, incoming.header('origin'))
    if (route.method === 'POST') body = await incoming.readBody()
    const request: Request = {
      ...head,
      query,
      header: incoming.header,
      cookie: (name) => readCookie(ctx.config, incoming.header('cookie'), name),
      address: addressOf(incoming.peer, incoming.header('x-forwarded-for'), incoming.header('forwarded')),
      body,
    }
    const work = () => handle(ctx, { overload, turns, route }, request)
    const handled = await (span ? span.run(work) : work())
    if (!handled) return endUnrecorded(head, overload.refusal(head.id), 'server_overloaded')
    const reply = handled.formPost ? formPostReply(ctx.config, handled, request) : handled
    return conclude(ctx, { head, route, reply, error: reply.rejection, clientOrigin })
  } catch (thrown) {
    // It took longer than the server waits, and the database is closed.
    if (running.isClosed()) return endUnrecorded(head, closedReply(ctx), 'server_closing')
    const error = asRejection(thrown)
    const page = route.errors === 'page' ? { ...head, query, body, header: incoming.header } : undefined
    return conclude(ctx, { head, route, reply: rejectionReply(ctx, head, error, page), error, clientOrigin })
  } finally {
    running.end()
  }
}

/** `undefined`: it is refused, since others have begun while it waited for its turn. */
async function handle(
  ctx: Context,
  { overload, turns, route }: Pick<Call, 'overload' | 'turns' | 'route'>,
  request: Request,
): Promise<Reply | undefined> {
  const turn = route.isEssential ? undefined : turns.wait(kindOf(route))
  if (turn) await turn
  if (!overload.begin(route)) return undefined
  try {
    return await route.handler(ctx, request)
  } finally {
    overload.end(route)
  }
}

/** Only the span knows of the request. */
function endUnrecorded({ span, id, trace }: Head, reply: TextReply, reason: string): TextReply {
  span?.end({ requestId: id, status: reply.status, reason, steps: trace.steps })
  return { ...reply, headers: { ...reply.headers, 'x-request-id': id } }
}

/** The trace says when no script can read the response, which the browser does not explain. */
async function findClientOrigin(ctx: Context, trace: Trace, origin: string | undefined): Promise<string | undefined> {
  if (origin === undefined) return undefined
  const describe = (found: string | undefined) => ({
    is_registered: found !== undefined,
    ...(found === undefined && { origin: describeReceived(origin) }),
  })
  return await step(trace, 'check_origin', () => clientOriginOf(ctx, origin), describe)
}

interface Preflight extends PathMethods {
  readonly running: Running
  readonly incoming: Incoming
  readonly path: string
  readonly cors: Route['cors']
}

async function callPreflight(ctx: Context, { running, incoming, path, cors, ...methods }: Preflight): Promise<Reply> {
  const head = headOf(ctx, incoming.method, path)
  const route = { cache: 'no-store', cors } as const
  running.begin()
  try {
    return conclude(ctx, { head, route, ...(await preflight(ctx, incoming, cors, methods)) })
  } catch (thrown) {
    // It took longer than the server waits, and the database is closed.
    if (running.isClosed()) return closedReply(ctx)
    const error = asRejection(thrown)
    return conclude(ctx, { head, route, reply: errorReply(ctx.config, error), error })
  } finally {
    running.end()
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
  const head = headOf(ctx, method, redactedPath(path))
  return conclude(ctx, { head, route: unrouted, reply: rejectionReply(ctx, head, error, page), error })
}

/** The response of a server that closes. It is not recorded: the database may be closed already. */
function closedReply({ config, random }: Context): TextReply {
  const error = new OAuthError('temporarily_unavailable', 'The server is closing. Try again shortly.', {
    reason: 'server_closing',
    headers: { 'retry-after': '5' },
  })
  return finish(config, errorReply(config, error), random.id(), unrouted, undefined)
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
