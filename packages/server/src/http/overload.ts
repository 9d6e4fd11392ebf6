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

/** Requests at once, in addition to logins, which have a bound of their own and wait long for their hash. */
const maxRequests = 500

/** Milliseconds between two lines in the log. */
const logIntervalMs = 1000

export interface Overload {
  /** The refusal of a request that has just arrived; `undefined` when it can be served. */
  readonly refuse: (target: string) => TextReply | undefined
  /** A request is being handled. Its body is there: clients that send slowly are no load. */
  readonly begin: () => void
  readonly end: () => void
}

/** Essential routes are never refused. */
export function createOverload({ config, random, log, metrics }: Context, routes: readonly Route[]): Overload {
  const limit = maxRequests + config.passwordWorkers + config.passwordQueueLimit
  const essential = new Set(routes.filter((route) => route.isEssential).map(({ path }) => path))
  const reply = refusalOf(config)
  let inProgress = 0
  let refused = 0

  // Not recorded, since that costs more than the refusal: the log and the metrics have their number.
  function report(): void {
    log.warn({ refused, reason: 'server_overloaded' }, 'requests refused: too many are in progress')
    refused = 0
  }

  return {
    refuse: (target) => {
      if (inProgress < limit) return undefined
      if (essential.has(splitTarget(withoutBasePath(config.basePath, target)).path)) return undefined
      if (refused === 0) setTimeout(report, logIntervalMs).unref()
      refused++
      metrics?.countRefusal()
      return { ...reply, headers: { ...reply.headers, 'x-request-id': random.id() } }
    },
    begin: () => {
      inProgress++
    },
    end: () => {
      inProgress--
    },
  }
}

function refusalOf(config: Config): TextReply {
  const error = new OAuthError('temporarily_unavailable', 'The server is busy. Try again in a second.', {
    reason: 'server_overloaded',
    headers: { 'retry-after': '1' },
  })
  return finish(config, errorReply(config, error), '', unrouted, undefined)
}
