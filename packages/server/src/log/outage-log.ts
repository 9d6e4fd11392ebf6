/** Log lines about an outage: a flood of failing requests must not fill the disk, or hide other lines. */
import type { Log } from '../environment.ts'

export interface OutageLog {
  /** Writes at most one line a second for each message and reason. What is left out is counted in the next line as `omitted`. */
  readonly warn: (facts: Facts, message: string) => void
  /** Writes what was counted. From now on each line is written. */
  readonly end: () => void
}

type Facts = Readonly<Record<string, unknown>>

/** What came after the line of this second. */
interface Waiting {
  readonly timer: NodeJS.Timeout
  readonly message: string
  facts: Facts | undefined
  count: number
}

const intervalMs = 1000

export function createOutageLog(log: Log): OutageLog {
  const open = new Map<string, Waiting>()
  let hasEnded = false

  function begin(kind: string, message: string): void {
    const timer = setTimeout(() => flush(kind), intervalMs).unref()
    open.set(kind, { timer, message, facts: undefined, count: 0 })
  }

  function flush(kind: string): void {
    const waiting = open.get(kind)
    open.delete(kind)
    if (waiting?.facts === undefined) return
    const { facts, count, message } = waiting
    log.warn(count > 1 ? { ...facts, omitted: count - 1 } : facts, message)
    if (!hasEnded) begin(kind, message)
  }

  return {
    warn: (facts, message) => {
      const kind = `${message} ${facts['reason']}`
      const waiting = open.get(kind)
      if (waiting) {
        waiting.facts = facts
        waiting.count++
        return
      }
      log.warn(facts, message)
      if (!hasEnded) begin(kind, message)
    },
    end: () => {
      hasEnded = true
      for (const [kind, { timer }] of open) {
        clearTimeout(timer)
        flush(kind)
      }
    },
  }
}
