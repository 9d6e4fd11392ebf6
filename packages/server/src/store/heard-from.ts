/**
 * Which connections the network may have lost without an error. When one of them does not respond, all that have not responded since it was
 * asked are in doubt too, as after a failover. Without this, the next query on each of them would have to time out.
 */
export interface HeardFrom<Connection extends object> {
  /** The connection has answered. */
  readonly answered: (connection: Connection) => void
  /** What was asked at `since`, on the clock of `performance.now()`, has no answer. */
  readonly unanswered: (since: number) => void
  /** A connection that has not answered anything yet is a new one, and in no doubt. */
  readonly isInDoubt: (connection: Connection) => boolean
}

export function createHeardFrom<Connection extends object>(): HeardFrom<Connection> {
  const lastHeard = new WeakMap<Connection, number>()
  let silentSince = 0
  return {
    answered: (connection) => {
      lastHeard.set(connection, performance.now())
    },
    unanswered: (since) => {
      silentSince = Math.max(silentSince, since)
    },
    isInDoubt: (connection) => (lastHeard.get(connection) ?? Number.POSITIVE_INFINITY) < silentSince,
  }
}
