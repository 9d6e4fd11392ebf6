/** A network on which requests hang, as on an edge runtime that forgot them: neither an answer nor an error, whatever the limit. */

export interface HangingNetwork {
  readonly fetch: typeof fetch
  /** Whether requests to that path hang from now on. */
  readonly hang: (hangs: boolean) => void
  /** Resolves when a request hangs. */
  readonly hung: Promise<void>
  /** Sends the requests that hang, and lets later ones pass. */
  readonly release: () => void
  /** Ends the requests that hang with an error. */
  readonly drop: () => void
  /** Resolves when a request that hung has ended. */
  readonly ended: Promise<void>
}

export function makeHangingNetwork(path: string): HangingNetwork {
  let isHanging = false
  const hung = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  return {
    fetch: async (input, init) => {
      if (!isHanging || !String(input).endsWith(path)) return await fetch(input, init)
      hung.resolve()
      try {
        await end.promise
        return await fetch(input, init)
      } finally {
        ended.resolve()
      }
    },
    hang: (hangs) => {
      isHanging = hangs
    },
    hung: hung.promise,
    release: () => {
      isHanging = false
      end.resolve()
    },
    drop: () => end.reject(new Error('dropped')),
    ended: ended.promise,
  }
}
