/** Records requests: rejected ones in the database for `countersign why`, all of them live for watchers. */

import type { Log } from '../environment.ts'
import { isOutage } from '../store/errors.ts'
import type { Store } from '../store/open.ts'
import type { StoredTrace } from '../store/traces.ts'
import type { Step } from './trace.ts'

/** A request whose response is ready. */
export interface RecordedRequest {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** The reason of a rejection. */
  readonly reason: string | undefined
  /** Seconds since the epoch. */
  readonly happenedAt: number
  /** Milliseconds from the arrival to the response. */
  readonly durationMs: number
  readonly steps: readonly Step[]
}

export interface Watcher {
  readonly show: (request: RecordedRequest) => void
  readonly end: () => void
}

export interface TraceRecorder {
  readonly record: (request: RecordedRequest) => void
  /** Shows every request to the watcher from now on. Returns a function that stops this. */
  readonly watch: (watcher: Watcher) => () => void
  readonly watcherCount: () => number
  /** The last requests, oldest first. */
  readonly recent: () => readonly RecordedRequest[]
  /** Ends every watch, so that the server can stop. */
  readonly endWatches: () => void
  /** Writes what is waiting. */
  readonly flush: () => Promise<void>
  /** The same, and from now on records nothing. */
  readonly end: () => Promise<void>
}

/** Rejections per write. In a flood, the others are counted in the log, and not stored. */
const maxWaiting = 500
/** With so many waiting, those of unknown paths and methods are not stored, so that a flood of them does not hide the others. */
const maxWaitingForUnrouted = 250
const flushDelayMs = 200

/** `maxRecent` is how many requests are kept in memory for later watchers. */
export function createTraceRecorder(store: Store, log: Log, maxRecent: number): TraceRecorder {
  const watchers = new Set<Watcher>()
  const recent: RecordedRequest[] = []
  let waiting: RecordedRequest[] = []
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let hasEnded = false

  async function write(): Promise<void> {
    const batch = waiting
    waiting = []
    try {
      if (batch.length > 0) await store.traces.insert(batch.map(stored))
      reportDropped()
    } catch (error) {
      // No response waits for a trace, or fails because of one. An outage is in the log already, once for all that it takes along.
      if (isOutage(error)) dropped += batch.length
      else log.error({ err: error }, 'traces of rejected requests could not be stored')
    }
  }

  function reportDropped(): void {
    if (dropped > 0)
      log.warn({ dropped }, 'traces of rejected requests were not stored: too many at once, or an outage')
    dropped = 0
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  return {
    record: (request) => {
      if (hasEnded) return
      for (const watcher of watchers) watcher.show(request)
      if (maxRecent > 0 && recent.push(request) > maxRecent) recent.shift()
      if (request.reason === undefined) return
      if (waiting.length >= (isUnrouted(request) ? maxWaitingForUnrouted : maxWaiting)) {
        dropped++
        return
      }
      waiting.push(request)
      timer ??= setTimeout(flush, flushDelayMs).unref()
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    watcherCount: () => watchers.size,
    recent: () => recent,
    endWatches: () => {
      for (const watcher of watchers) watcher.end()
      watchers.clear()
    },
    flush,
    end: async () => {
      hasEnded = true
      await flush()
      reportDropped()
    },
  }
}

function isUnrouted({ status }: RecordedRequest): boolean {
  return status === 404 || status === 405
}

function stored({ requestId, method, path, status, reason = '', steps, happenedAt }: RecordedRequest): StoredTrace {
  return { requestId, method, path, status, reason, steps, happenedAt: Math.floor(happenedAt) }
}
