/** Counts the requests that are being handled, so that the database is closed after them. */

export interface Running {
  readonly begin: () => void
  readonly end: () => void
  /** Resolves when nothing runs, at the latest after `graceMs`. */
  readonly ended: (graceMs: number) => Promise<void>
}

export function countRunning(): Running {
  let count = 0
  let none = Promise.withResolvers<void>()
  return {
    begin: () => {
      count++
    },
    end: () => {
      count--
      if (count > 0) return
      none.resolve()
      none = Promise.withResolvers()
    },
    ended: async (graceMs) => {
      if (count === 0) return
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, graceMs)
      await Promise.race([none.promise, late.promise])
      clearTimeout(timer)
    },
  }
}
