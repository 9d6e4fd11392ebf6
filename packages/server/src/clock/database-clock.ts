/** The database's clock. Between two looks at it, a process adds the time that has passed on its monotonic clock, whatever the machine's clock does. */
import { type Clock, type SharedClock, systemClock, uptime } from '../environment.ts'

/** One look at the database's clock. It was read between `sentAt` and `receivedAt`, which are of `uptime`. All in seconds. */
export interface ClockReading {
  readonly time: number
  readonly sentAt: number
  readonly receivedAt: number
}

/** The clocks of this machine. */
export interface MachineClocks {
  readonly now: Clock
  readonly uptime: Clock
}

/** In seconds. When the machine's clock moves so far against `uptime`, it was set, or the machine slept and `uptime` stood still. */
const step = 1
/** In seconds: the time between two attempts to look at the database's clock because of a step. */
const retryAfter = 1
/** In seconds. The clock stops instead of going back by less than this. */
const maxStop = 5

/** Looks at the database's clock once, and at each call of `compare`. */
export async function followClock(
  read: () => Promise<ClockReading>,
  machine: MachineClocks = { now: systemClock, uptime },
): Promise<SharedClock> {
  const first = await read()
  // Wrong by half of the round trip at most.
  let offset = first.time - (first.sentAt + first.receivedAt) / 2
  let machineOffset = machine.now() - machine.uptime()
  let comparedAt = machine.uptime()
  let latest = 0
  let running: Promise<void> | undefined

  async function readAgain(): Promise<void> {
    const { time, sentAt, receivedAt } = await read()
    // What we know stays, unless the reading contradicts it: a slow answer says little, and must not move the clock.
    offset = Math.min(Math.max(offset, time - receivedAt), time - sentAt)
    machineOffset = machine.now() - machine.uptime()
  }

  function compare(): Promise<void> {
    comparedAt = machine.uptime()
    running ??= readAgain().finally(() => {
      running = undefined
    })
    return running
  }

  function compareAfterStep(elapsed: number): void {
    const hasStepped = Math.abs(machine.now() - elapsed - machineOffset) >= step
    if (!hasStepped || running || elapsed - comparedAt < retryAfter) return
    // Without the database, the next call tries again.
    compare().catch(() => {})
  }

  function readClock(): number {
    const elapsed = machine.uptime()
    compareAfterStep(elapsed)
    return elapsed + offset
  }

  return {
    now: () => {
      const time = readClock()
      const isStopped = time < latest && latest - time < maxStop
      if (!isStopped) latest = time
      return latest
    },
    machineLead: () => machine.now() - readClock(),
    compare,
  }
}
