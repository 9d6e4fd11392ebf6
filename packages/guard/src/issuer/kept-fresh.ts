/** Caches a fetched value: one fetch at a time, renewed by age, kept during outages. Fetches only when the value is used. */

import { TokenRejection } from '../token-rejection.ts'

/** Made by `keepFresh`. */
export interface KeptFresh<Value> {
  /**
   * The value, or a promise of the first one. Starts to renew an old value; waits for that only when the value is twice as old, as after
   * an idle night, and the last fetch did not fail.
   */
  readonly get: () => Value | Promise<Value>
  /**
   * Fetches a new value. Returns the current one when the last fetch started less than a cooldown ago, or when the fetch fails.
   *
   * @param cooldown in seconds; that of the rules by default
   */
  readonly renew: (cooldown?: number) => Promise<Value>
}

/** How a value is kept fresh; all times in seconds. */
export interface FreshnessRules<Value> {
  /** Fetches the value. Reports its own failures before it rejects. */
  readonly load: () => Promise<Value>
  readonly now: () => number
  /** The age at which the value is renewed. */
  readonly maxAge: number
  /** How long past that the value is used while it cannot be renewed. @default unlimited */
  readonly maxStaleness?: number
  /** The minimum time between the starts of two fetches while there is a value. */
  readonly cooldown: number
  /** While there is no value: the minimum time between a failure and the start of the next fetch. */
  readonly retryAfter: number
}

interface Flight<Value> {
  readonly startedAt: number
  /** Whether the fetch before it failed recently. Then checks with a value do not wait for it: the issuer may be away for hours. */
  readonly isRetry: boolean
  readonly landed: Promise<Value>
  /** When the fetch failed, if it did. */
  failedAt?: number
}

/** In seconds. A longer fetch never ends: an edge runtime drops the fetches of requests that have their response. */
export const maxFlight = 30

export function keepFresh<Value>(rules: FreshnessRules<Value>): KeptFresh<Value> {
  const maxKept = rules.maxAge + (rules.maxStaleness ?? Number.POSITIVE_INFINITY)
  let kept: { readonly value: Value; readonly asOf: number } | undefined
  let running: Flight<Value> | undefined
  let last: Flight<Value> | undefined

  function start(now: number): Flight<Value> {
    const isRetry = last?.failedAt !== undefined && isWithin(2 * rules.maxAge, last.startedAt, now)
    const flight: Flight<Value> = { startedAt: now, isRetry, landed: rules.load() }
    running = flight
    last = flight
    flight.landed.then(land, fail)
    return flight

    function land(value: Value): void {
      if (last === flight) kept = { value, asOf: now }
      if (running === flight) running = undefined
    }
    function fail(): void {
      flight.failedAt = rules.now()
      if (running === flight) running = undefined
    }
  }

  function runningAt(now: number): Flight<Value> | undefined {
    return running !== undefined && isWithin(maxFlight, running.startedAt, now) ? running : undefined
  }

  /** Forgets a value that is too old. A clock that was set back makes no value too old. */
  function forgetOld(now: number): void {
    if (kept !== undefined && now - kept.asOf > maxKept) kept = undefined
  }

  /** There is no value: waits for the first fetch, or fails as the last fetch did a moment ago. */
  function first(now: number): Promise<Value> {
    const flight = runningAt(now)
    if (flight !== undefined) return inTime(flight.landed)
    if (last?.failedAt !== undefined && isWithin(rules.retryAfter, last.failedAt, now)) return last.landed
    return inTime(start(now).landed)
  }

  /** The fetch that renews the value; `undefined` when the last one started less than a cooldown ago. */
  function renewalAt(now: number, cooldown = rules.cooldown): Flight<Value> | undefined {
    const flight = runningAt(now)
    if (flight === undefined && last !== undefined && isWithin(cooldown, last.startedAt, now)) return undefined
    return flight ?? start(now)
  }

  async function waitFor(renewal: Flight<Value> | undefined, value: Value): Promise<Value> {
    return renewal === undefined ? value : inTime(renewal.landed).catch(() => value)
  }

  return {
    get: () => {
      const now = rules.now()
      forgetOld(now)
      if (kept === undefined) return first(now)
      if (isWithin(rules.maxAge, kept.asOf, now)) return kept.value
      const renewal = renewalAt(now)
      const isFailing = last?.isRetry === true || last?.failedAt !== undefined
      return isFailing || isWithin(2 * rules.maxAge, kept.asOf, now) ? kept.value : waitFor(renewal, kept.value)
    },
    renew: async (cooldown) => {
      const now = rules.now()
      forgetOld(now)
      return kept === undefined ? first(now) : waitFor(renewalAt(now, cooldown), kept.value)
    },
  }
}

/** An edge runtime drops a fetch together with the request that started it, and its promise never settles. */
const maxWaitMs = 10_000

/** The same promise; rejects with TokenRejection `issuer_unavailable` when it takes too long. */
export function inTime<Value>(awaited: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const expected = `a response within ${maxWaitMs / 1000} s`
    const timer = setTimeout(() => reject(new TokenRejection('issuer_unavailable', { expected })), maxWaitMs)
    awaited.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Whether `to` is at most that many seconds after `from`; false when the clock was set back, or is not a number. */
export function isWithin(seconds: number, from: number, to: number): boolean {
  return from <= to && to - from <= seconds
}
