/** Keeps something that is fetched: one fetch at a time, renewed by age, kept through outages. Everything happens when it is asked for. */

import { TokenRejection } from '../token-rejection.ts'

/** Made by `keepFresh`. */
export interface KeptFresh<Value> {
  /**
   * What is at hand, at once; while there is nothing, a promise. Begins to renew what has grown old, and waits for that only when
   * it is twice as old, as after an idle night, and the last fetch did not fail.
   */
  readonly get: () => Value | Promise<Value>
  /** Fetches anew, unless the last fetch was begun less than a cooldown ago; then, or when that fails, what is at hand. */
  readonly renew: () => Promise<Value>
}

/** How something is kept; all times in seconds. */
export interface FreshnessRules<Value> {
  /** Fetches it. When that rejects, someone was told why. */
  readonly load: () => Promise<Value>
  readonly now: () => number
  /** The age at which it is renewed. */
  readonly maxAge: number
  /** The least time between the beginnings of two fetches while something is at hand. */
  readonly cooldown: number
  /** While nothing is: the least time between the end of a fetch that failed and the beginning of the next. */
  readonly retryAfter: number
}

interface Flight<Value> {
  readonly begunAt: number
  /** Whether the one before failed lately. Then nobody waits for it who has something at hand: the issuer may be away for hours. */
  readonly isRetry: boolean
  readonly landed: Promise<Value>
  /** When it landed without what was fetched, if it did. */
  failedAt?: number
}

/** A fetch that has not ended by then never will: an edge runtime drops those of requests that were answered. Seconds. */
export const longestFlight = 30

export function keepFresh<Value>(rules: FreshnessRules<Value>): KeptFresh<Value> {
  let held: { readonly value: Value; readonly asOf: number } | undefined
  let running: Flight<Value> | undefined
  let last: Flight<Value> | undefined

  function begin(now: number): Flight<Value> {
    const isRetry = last?.failedAt !== undefined && isWithin(2 * rules.maxAge, last.begunAt, now)
    const flight: Flight<Value> = { begunAt: now, isRetry, landed: rules.load() }
    running = flight
    last = flight
    flight.landed.then(land, fail)
    return flight

    function land(value: Value): void {
      if (last === flight) held = { value, asOf: now }
      if (running === flight) running = undefined
    }
    function fail(): void {
      flight.failedAt = rules.now()
      if (running === flight) running = undefined
    }
  }

  function runningAt(now: number): Flight<Value> | undefined {
    return running !== undefined && isWithin(longestFlight, running.begunAt, now) ? running : undefined
  }

  /** Nothing is at hand: whoever asks waits for the first fetch, or is told how it failed a moment ago. */
  function first(now: number): Promise<Value> {
    const flight = runningAt(now)
    if (flight !== undefined) return inTime(flight.landed)
    if (last?.failedAt !== undefined && isWithin(rules.retryAfter, last.failedAt, now)) return last.landed
    return inTime(begin(now).landed)
  }

  /** The fetch that renews what is at hand; `undefined` when the last one was begun a moment ago. */
  function renewalAt(now: number): Flight<Value> | undefined {
    const flight = runningAt(now)
    if (flight === undefined && last !== undefined && isWithin(rules.cooldown, last.begunAt, now)) return undefined
    return flight ?? begin(now)
  }

  async function waitFor(renewal: Flight<Value> | undefined, value: Value): Promise<Value> {
    return renewal === undefined ? value : inTime(renewal.landed).catch(() => value)
  }

  return {
    get: () => {
      const now = rules.now()
      if (held === undefined) return first(now)
      if (isWithin(rules.maxAge, held.asOf, now)) return held.value
      const renewal = renewalAt(now)
      const isFailing = last?.isRetry === true || last?.failedAt !== undefined
      return isFailing || isWithin(2 * rules.maxAge, held.asOf, now) ? held.value : waitFor(renewal, held.value)
    },
    renew: async () => {
      const now = rules.now()
      return held === undefined ? first(now) : waitFor(renewalAt(now), held.value)
    },
  }
}

const longestWaitMs = 10_000

/** The same promise, rejected with TokenRejection `issuer_unavailable` when it takes too long. */
export function inTime<Value>(awaited: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const expected = `an answer within ${longestWaitMs / 1000} s`
    const timer = setTimeout(() => reject(new TokenRejection('issuer_unavailable', { expected })), longestWaitMs)
    awaited.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Whether `to` is at most that many seconds after `from`; false for a clock that was set back, or is not a number. */
export function isWithin(seconds: number, from: number, to: number): boolean {
  return from <= to && to - from <= seconds
}
