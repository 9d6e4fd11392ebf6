/** Whether the server is being stopped. `/readyz` says it, so that load balancers send their requests elsewhere. */

export interface Shutdown {
  readonly begin: () => void
  readonly hasBegun: () => boolean
  /** Somebody has asked `/readyz`. */
  readonly noteReadinessCheck: () => void
  /** Whether somebody has asked it within the last minute, as load balancers do. */
  readonly isWatched: () => boolean
}

const watchedMs = 60_000

export function createShutdown(): Shutdown {
  let hasBegun = false
  let lastCheckMs = Number.NEGATIVE_INFINITY
  return {
    begin: () => {
      hasBegun = true
    },
    hasBegun: () => hasBegun,
    noteReadinessCheck: () => {
      lastCheckMs = performance.now()
    },
    isWatched: () => performance.now() - lastCheckMs < watchedMs,
  }
}
