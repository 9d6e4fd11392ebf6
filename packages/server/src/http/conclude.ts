/** The end of a request: it is recorded in the trace and the log, and its response is completed. */
import type { Context } from '../context.ts'
import type { OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Route } from '../routes.ts'
import type { RequestSpan } from '../telemetry/telemetry.ts'
import { recordRejection, startTrace, type Trace } from '../trace/trace.ts'
import type { PageRequest } from './error-frame.ts'
import { errorPageReply, errorReply, finish } from './respond.ts'

/** What is known of a request at its beginning. */
export interface Head {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly trace: Trace
  readonly span?: RequestSpan | undefined
}

export interface Conclusion<Response extends Reply> {
  readonly head: Head
  readonly route: Pick<Route, 'cache' | 'cors'>
  readonly reply: Response
  /** Why the request is rejected. */
  readonly error?: OAuthError | undefined
  /** The origin of the client's script that sent the request. */
  readonly clientOrigin?: string | undefined
}

/** For the responses to requests that match no route. */
export const unrouted: Pick<Route, 'cache' | 'cors'> = { cache: 'no-store', cors: 'none' }

export function headOf({ random }: Context, method: string, path: string): Head {
  return { id: random.id(), method, path, trace: startTrace() }
}

/** Records the request, and returns the complete response. */
export function conclude<Response extends Reply>(ctx: Context, conclusion: Conclusion<Response>): Response {
  const { head, route, reply, error, clientOrigin } = conclusion
  const { id: requestId, method, path, trace } = head
  if (error) recordRejection(trace, error)
  const durationMs = performance.now() - trace.startedMs
  head.span?.end({ requestId, status: reply.status, reason: error?.reason, steps: trace.steps })
  ctx.traces.record({
    requestId,
    method,
    path,
    status: reply.status,
    reason: error?.reason,
    happenedAt: ctx.now(),
    durationMs,
    steps: trace.steps,
  })
  ctx.metrics?.countRequest({ path: route === unrouted ? 'other' : path, method, status: reply.status, durationMs })
  if (error) {
    const facts = { requestId, method, path, status: reply.status, reason: error.reason }
    if (reply.status === 500) ctx.log.error({ ...facts, err: error.cause }, 'request failed')
    else if (reply.status > 500) reportFailure(ctx, error, facts)
    else ctx.log.info(facts, 'request rejected')
  }
  return finish(ctx.config, reply, requestId, route, clientOrigin)
}

/** An error page for a browser, otherwise JSON. */
export function rejectionReply(
  { config }: Context,
  head: Head,
  error: OAuthError,
  page: PageRequest | undefined,
): TextReply {
  return page ? errorPageReply(config, error, head.id, page) : errorReply(config, error)
}

/** Every request fails for these reasons as long as the outage lasts. Their lines are bounded. */
const outages: readonly string[] = ['database_unavailable', 'directory_unavailable']

function reportFailure(ctx: Context, { reason, cause }: OAuthError, facts: object): void {
  if (reason === 'database_unavailable') ctx.readiness.doubt()
  const log = outages.includes(reason) ? ctx.outageLog : ctx.log
  log.warn({ ...facts, cause: messageOf(cause) }, 'request failed temporarily')
}

function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined
}
