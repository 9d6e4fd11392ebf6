/**
 * Bounds for how long one turn of the event loop handles requests. Node accepts one connection in each turn: where many requests are handled in one, a new
 * connection waits for as many long turns as there are new ones before it, and so does a load balancer that checks the health. A request that comes when its
 * turn has been long enough is handled in a later one.
 */

/** Milliseconds that a turn handles requests. */
const turnMs = 5

export interface Turns {
  /** Resolves when a request may be handled, in the order of the calls; `undefined`: at once. */
  readonly wait: () => Promise<void> | undefined
}

export function createTurns(): Turns {
  const waiting = new Set<() => void>()
  let isEnding = false
  let begunMs = 0
  let budgetMs = turnMs

  function begin(ms: number): void {
    begunMs = performance.now()
    budgetMs = ms
  }

  const isSpent = () => performance.now() - begunMs >= budgetMs

  function endLater(): void {
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
    const [next] = waiting
    if (next === undefined) return
    if (isSpent()) {
      begin(turnMs)
      endLater()
      return
    }
    waiting.delete(next)
    next()
    // After all that it does without waiting for anything else.
    queueMicrotask(() => process.nextTick(handleNext))
  }

  return {
    wait: () => {
      if (waiting.size === 0 && !isEnding) {
        begin(turnMs)
        endLater()
      }
      if (waiting.size === 0 && !isSpent()) return undefined
      return new Promise((resolve) => {
        waiting.add(resolve)
      })
    },
  }
}
