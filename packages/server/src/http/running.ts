/** What runs in the server, so that nothing new begins when it closes, and the database is closed after what runs. */

/** Milliseconds that running requests have to end when the server closes. */
export const defaultGraceMs = 10_000

/** Of a server that is closed. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError'

  constructor() {
    super('Countersign is closed')
  }
}

export interface Running {
  /** Whether no new request is handled. */
  readonly isClosing: () => boolean
  /** Whether the database is being closed, so that nothing is recorded any longer. */
  readonly isClosed: () => boolean
  readonly begin: () => void
  readonly end: () => void
  /** Counts the work as running, and rejects it once the server is closed. What runs, such as a hook, may do it until then. @throws ClosedError */
  readonly run: Run
  /** Resolves when nothing runs, at the latest after `graceMs`. Whether all has ended by then. */
  readonly close: (graceMs: number) => Promise<boolean>
}

export type Run = <Result>(work: () => Result | Promise<Result>) => Promise<Result>

export function countRunning(): Running {
  let state: 'open' | 'closing' | 'closed' = 'open'
  let count = 0
  const none = Promise.withResolvers<boolean>()

  const begin = () => {
    count++
  }
  const end = () => {
    count--
    settle()
  }
  const settle = () => {
    if (state === 'closing' && count === 0) finish(true)
  }
  const finish = (hasEnded: boolean) => {
    state = 'closed'
    none.resolve(hasEnded)
  }

  return {
    isClosing: () => state !== 'open',
    isClosed: () => state === 'closed',
    begin,
    end,
    run: async (work) => {
      if (state === 'closed') throw new ClosedError()
      begin()
      try {
        return await work()
      } finally {
        end()
      }
    },
    close: async (graceMs) => {
      if (state === 'open') state = 'closing'
      settle()
      const deadline = setTimeout(() => finish(false), graceMs)
      const hasEnded = await none.promise
      clearTimeout(deadline)
      return hasEnded
    },
  }
}
