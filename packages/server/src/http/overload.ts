/**
 * Refuses requests while too many are in progress: an answer that comes too late for its client helps nobody, and delays the others. A refusal
 * costs a fraction of the cheapest answer. See docs/decisions/0089.
 */
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { TextReply } from '../reply.ts'
import type { Route } from '../routes.ts'
import { unrouted } from './conclude.ts'
import { errorReply, finish } from './respond.ts'
import { splitTarget, withoutBasePath } from './target.ts'
import type { RequestKind, Turns } from './turns.ts'

/** Requests of each kind that may be in progress at once. Logins, which have a bound of their own and wait long for their hash, are added to the others. */
const maxInProgress = 500

/** Milliseconds that a request may wait for its turn of the event loop. Later ones are refused. */
const maxWaitMs = 2000

/** Milliseconds between two lines in the log. */
const logIntervalMs = 1000

export interface Overload {
  /** The refusal of a request that has just arrived; `undefined` when it can be served. */
  readonly refuse: (target: string) => TextReply | undefined
  /** Counts a request whose body is there, since clients that send slowly are no load. `false`: it is to be refused. */
  readonly begin: (route: Route) => boolean
  /** The refusal of a request that could not begin. `id` is its id. */
  readonly refusal: (id: string) => TextReply
  /** Call it when a request that has begun is answered. */
  readonly end: (route: Route) => void
}

/** Essential routes are never refused, and not counted. */
export function createOverload(
  { config, random, log, metrics }: Context,
  routes: readonly Route[],
  turns: Turns,
): Overload {
  const limits = limitsOf(config)
  const inProgress: Record<RequestKind, number> = { checks: 0, others: 0 }
  const served = new Map(routes.map((route) => [route.path, route]))
  const reply = refusalOf(config)
  let refused = 0

  // Not recorded, since that costs more than the refusal: the log and the metrics have their number.
  function report(): void {
    log.warn({ refused, reason: 'server_overloaded' }, 'requests refused: too many are in progress')
    refused = 0
  }

  function refusal(id: string): TextReply {
    if (refused === 0) setTimeout(report, logIntervalMs).unref()
    refused++
    metrics?.countRefusal()
    return { ...reply, headers: { ...reply.headers, 'x-request-id': id } }
  }

  const isFull = (kind: RequestKind) => inProgress[kind] >= limits[kind]

  return {
    refuse: (target) => {
      if (!isFull('checks') && !isFull('others') && !turns.isAnyWaiting()) return undefined
      const route = served.get(splitTarget(withoutBasePath(config.basePath, target)).path)
      if (route?.isEssential) return undefined
      const kind = kindOf(route)
      return isFull(kind) || turns.waitedMs(kind) > maxWaitMs ? refusal(random.id()) : undefined
    },
    begin: (route) => {
      if (route.isEssential) return true
      const kind = kindOf(route)
      if (isFull(kind)) return false
      inProgress[kind]++
      return true
    },
    refusal,
    end: (route) => {
      if (!route.isEssential) inProgress[kindOf(route)]--
    },
  }
}

/** How many requests may be in progress at once, of all kinds. */
export function mayBeInProgress(config: Config): number {
  const { checks, others } = limitsOf(config)
  return checks + others
}

function limitsOf({ passwordWorkers, passwordQueueLimit }: Config): Record<RequestKind, number> {
  return { checks: maxInProgress, others: maxInProgress + passwordWorkers + passwordQueueLimit }
}

export function kindOf(route: Route | undefined): RequestKind {
  return route?.isCheck ? 'checks' : 'others'
}

function refusalOf(config: Config): TextReply {
  const error = new OAuthError('temporarily_unavailable', 'The server is busy. Try again in a second.', {
    reason: 'server_overloaded',
    headers: { 'retry-after': '1' },
  })
  return finish(config, errorReply(config, error), '', unrouted, undefined)
}
