/** The pending requests to an introspection endpoint: at most one per token, and a limited number in total. */
import { isWithin, maxFlight } from '../issuer/kept-fresh.ts'
import { TokenRejection } from '../token-rejection.ts'

export interface Flights<Result> {
  /** The pending request for the token, if it started recently. */
  readonly join: (token: string, now: number) => Promise<Result> | undefined
  /** Starts a request. Throws TokenRejection `issuer_unavailable` when too many are pending. */
  readonly start: (token: string, now: number, request: () => Promise<Result>) => Promise<Result>
}

interface Flight<Result> {
  readonly token: string
  readonly startedAt: number
  readonly result: Promise<Result>
}

/** Bounds the connections while the endpoint hangs, however many made-up tokens arrive. */
const maxOpen = 100

/** @param joinFor for how many seconds after its start others may share a request */
export function createFlights<Result>(joinFor: number): Flights<Result> {
  const joinable = new Map<string, Flight<Result>>()
  /** In the order of their start. */
  const open = new Set<Flight<Result>>()

  function end(flight: Flight<Result>): void {
    open.delete(flight)
    if (joinable.get(flight.token) === flight) joinable.delete(flight.token)
  }

  function endDropped(now: number): void {
    for (const flight of open) {
      if (isWithin(maxFlight, flight.startedAt, now)) return
      end(flight)
    }
  }

  return {
    join: (token, now) => {
      const flight = joinable.get(token)
      return flight !== undefined && isWithin(joinFor, flight.startedAt, now) ? flight.result : undefined
    },
    start: (token, now, request) => {
      endDropped(now)
      if (open.size >= maxOpen) {
        throw new TokenRejection('issuer_unavailable', {
          expected: `at most ${maxOpen} requests at once`,
          received: 'more',
        })
      }
      const flight: Flight<Result> = { token, startedAt: now, result: request().finally(() => end(flight)) }
      open.add(flight)
      joinable.set(token, flight)
      return flight.result
    },
  }
}
