/** The requests to an introspection endpoint that are under way: those about one token share one, and all together are few. */
import { isWithin, longestFlight } from '../issuer/kept-fresh.ts'
import { TokenRejection } from '../token-rejection.ts'

export interface Flights<Answer> {
  /** What was asked about the token not too long ago, and is not answered yet. */
  readonly join: (token: string, now: number) => Promise<Answer> | undefined
  /** Asks. Throws TokenRejection `issuer_unavailable` when as many are asked already as may be. */
  readonly start: (token: string, now: number, ask: () => Promise<Answer>) => Promise<Answer>
}

interface Flight<Answer> {
  readonly token: string
  readonly startedAt: number
  readonly answer: Promise<Answer>
}

/** However many tokens are made up while the endpoint hangs: no more connections than that. */
const most = 100

/** @param joinFor for how many seconds after its start a request answers others as well */
export function createFlights<Answer>(joinFor: number): Flights<Answer> {
  const joinable = new Map<string, Flight<Answer>>()
  /** In the order of their starts. */
  const open = new Set<Flight<Answer>>()

  function end(flight: Flight<Answer>): void {
    open.delete(flight)
    if (joinable.get(flight.token) === flight) joinable.delete(flight.token)
  }

  function endDropped(now: number): void {
    for (const flight of open) {
      if (isWithin(longestFlight, flight.startedAt, now)) return
      end(flight)
    }
  }

  return {
    join: (token, now) => {
      const flight = joinable.get(token)
      return flight !== undefined && isWithin(joinFor, flight.startedAt, now) ? flight.answer : undefined
    },
    start: (token, now, ask) => {
      endDropped(now)
      if (open.size >= most) {
        throw new TokenRejection('issuer_unavailable', {
          expected: `at most ${most} requests at once`,
          received: 'more',
        })
      }
      const flight: Flight<Answer> = { token, startedAt: now, answer: ask().finally(() => end(flight)) }
      open.add(flight)
      joinable.set(token, flight)
      return flight.answer
    },
  }
}
