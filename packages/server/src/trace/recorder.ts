/** Keeps what became of requests: rejected ones in the database for `countersign why`, all of them live for watchers. */

import type { Log } from '../environment.ts'
import type { Store } from '../store/open.ts'
import type { StoredTrace } from '../store/traces.ts'
import type { Step } from './trace.ts'

/** A request that has been answered. */
export interface Told {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** The stable word of a rejection. */
  readonly reason: string | undefined
  /** Seconds since the epoch. */
  readonly happenedAt: number
  /** Milliseconds from arrival to answer. */
  readonly durationMs: number
  readonly steps: readonly Step[]
}

export interface Watcher {
  readonly tell: (told: Told) => void
  readonly end: () => void
}

export interface TraceRecorder {
  readonly record: (told: Told) => void
  /** Tells `watcher` of every request from now on. Answers what stops it. */
  readonly watch: (watcher: Watcher) => () => void
  readonly watching: () => number
  /** The last requests, oldest first. */
  readonly recent: () => readonly Told[]
  /** Ends every watch, so that a server can stop while someone looks on. */
  readonly endWatches: () => void
  /** Writes what is waiting. */
  readonly flush: () => Promise<void>
}

/** Rejections kept per write. What a flood brings beyond that is counted in the log, not stored. */
const mostWaiting = 500
/** When so many wait, those of unknown paths and methods are left out, so that their flood hides no other. */
const mostWaitingForUnrouted = 250
const flushDelayMs = 200
const maxPathLength = 200

/** `mostRecent` is how many requests are kept in memory for watchers who come later. */
export function createTraceRecorder(store: Store, log: Log, mostRecent: number): TraceRecorder {
  const watchers = new Set<Watcher>()
  const recent: Told[] = []
  let waiting: Told[] = []
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const batch = waiting
    const lost = dropped
    waiting = []
    dropped = 0
    if (lost > 0) log.warn({ dropped: lost }, 'traces of rejected requests were not stored: too many at once')
    if (batch.length === 0) return
    try {
      await store.traces.insert(batch.map(stored))
    } catch (error) {
      // Traces help operators; an answer never waits for one nor fails with it.
      log.error({ err: error }, 'traces of rejected requests could not be stored')
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  return {
    record: (request) => {
      const told = { ...request, path: request.path.slice(0, maxPathLength) }
      for (const watcher of watchers) watcher.tell(told)
      if (mostRecent > 0 && recent.push(told) > mostRecent) recent.shift()
      if (told.reason === undefined) return
      if (waiting.length >= (isUnrouted(told) ? mostWaitingForUnrouted : mostWaiting)) {
        dropped++
        return
      }
      waiting.push(told)
      timer ??= setTimeout(flush, flushDelayMs).unref()
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    watching: () => watchers.size,
    recent: () => recent,
    endWatches: () => {
      for (const watcher of watchers) watcher.end()
      watchers.clear()
    },
    flush,
  }
}

function isUnrouted({ status }: Told): boolean {
  return status === 404 || status === 405
}

function stored({ requestId, method, path, status, reason = '', steps, happenedAt }: Told): StoredTrace {
  return { requestId, method, path, status, reason, steps, happenedAt: Math.floor(happenedAt) }
}
