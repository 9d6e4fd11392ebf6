/**
 * Limits how long one turn of the event loop handles requests. Node accepts one connection in each turn, so with long turns a new connection waits long, and
 * so does a load balancer that checks the health. A request that comes when its turn has been long enough is handled in a later one. Waiting token checks and
 * other waiting requests are handled alternately.
 */

/** Milliseconds that a turn handles requests. */
const turnMs = 5

/** Token checks are counted apart from the others, and do not wait behind them. */
export type RequestKind = 'checks' | 'others'

export interface Turns {
  /** Resolves when a request may be handled, in the order of the calls of its kind; `undefined`: at once. */
  readonly wait: (kind: RequestKind) => Promise<void> | undefined
  readonly isAnyWaiting: () => boolean
  /** For how many milliseconds the first request of this kind has waited. */
  readonly waitedMs: (kind: RequestKind) => number
}

interface Waiting {
  readonly sinceMs: number
  readonly handle: () => void
}

export function createTurns(): Turns {
  const waiting: Record<RequestKind, Set<Waiting>> = { checks: new Set(), others: new Set() }
  let last: RequestKind = 'others'
  let isEnding = false
  let begunMs = 0
  let budgetMs = turnMs

  function begin(ms: number): void {
    begunMs = performance.now()
    budgetMs = ms
  }

  const isSpent = () => performance.now() - begunMs >= budgetMs
  const isAnyWaiting = () => waiting.checks.size > 0 || waiting.others.size > 0

  function endLater(): void {
    if (isEnding) return
    isEnding = true
    setImmediate(end)
  }

  /** The turn has read what has arrived. It handles what waits for at least as long as that took: most of what was read may have been refused. */
  function end(): void {
    isEnding = false
    begin(Math.max(turnMs, performance.now() - begunMs))
    handleNext()
  }

  function handleNext(): void {
    if (!isAnyWaiting()) return
    if (isSpent()) {
      begin(turnMs)
      endLater()
      return
    }
    takeNext()?.handle()
    // After all that it does without waiting for anything else.
    queueMicrotask(() => process.nextTick(handleNext))
  }

  function takeNext(): Waiting | undefined {
    const other = last === 'checks' ? 'others' : 'checks'
    if (waiting[other].size > 0) last = other
    const [next] = waiting[last]
    if (next) waiting[last].delete(next)
    return next
  }

  return {
    wait: (kind) => {
      if (!isAnyWaiting() && !isEnding) {
        begin(turnMs)
        endLater()
      }
      if (!isAnyWaiting() && !isSpent()) return undefined
      return new Promise((resolve) => {
        waiting[kind].add({ sinceMs: performance.now(), handle: resolve })
      })
    },
    isAnyWaiting,
    waitedMs: (kind) => {
      const [first] = waiting[kind]
      return first ? performance.now() - first.sinceMs : 0
    },
  }
}
