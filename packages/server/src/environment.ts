/** The environment: clock, randomness, log and network. Tests replace it. */
import { randomBytes, randomUUID } from 'node:crypto'
import { plainError } from './log/plain-error.ts'

/** Seconds since the epoch, with a fraction. */
export type Clock = () => number

/** The clock that all processes of a deployment go by, and how far the clock of this machine is from it. */
export interface SharedClock {
  readonly now: Clock
  /** Seconds that the clock of this machine is ahead of it. Negative: it is behind. */
  readonly machineLead: () => number
  /** Compares this process with it again. Rejects when the database is not available. */
  readonly compare: () => Promise<void>
}

export interface Random {
  readonly bytes: (length: number) => Uint8Array
  /** A random UUID: request ids, token ids, user ids. */
  readonly id: () => string
}

/** The part of pino that is used. */
export interface Log {
  readonly info: (facts: object, message: string) => void
  readonly warn: (facts: object, message: string) => void
  readonly error: (facts: object, message: string) => void
}

/**
 * Posts a form to an address that a client registered, and returns the status. Rejects when there is no response in time, and when
 * connections to the address are not allowed.
 */
export type PostForm = (
  address: string,
  form: Readonly<Record<string, string>>,
  limits: { readonly timeoutMs: number },
) => Promise<{ readonly status: number }>

/** The machine's clock. */
export const systemClock: Clock = () => Date.now() / 1000

/** A monotonic clock: seconds since some moment. It may stand still while the machine sleeps. */
export const uptime: Clock = () => performance.now() / 1000

/** A clock that needs no comparison: that of the one machine, or one that was given. */
export function onlyClock(now: Clock): SharedClock {
  return { now, machineLead: () => 0, compare: async () => {} }
}

/** The operating system's randomness. */
export const systemRandom: Random = { bytes: randomBytes, id: randomUUID }

/**
 * The log, of which no call throws, now or later: a response must not fail because a line cannot be written. Of errors it gets what `plainError`
 * keeps.
 */
export function unfailingLog(log: Log): Log {
  // An asynchronous function, so that it also takes what a call returns: a rejected promise that nobody takes ends the process.
  const write = async (level: keyof Log, facts: object, message: string) =>
    log[level]('err' in facts ? { ...facts, err: plainError(facts.err) } : facts, message)
  // There is no other place to report it.
  const guarded = (level: keyof Log) => (facts: object, message: string) =>
    void write(level, facts, message).catch(() => {})
  return { info: guarded('info'), warn: guarded('warn'), error: guarded('error') }
}
