/** The responses of a connection that are not sent yet, in the order of their requests (RFC 9112 §9.3.2). */
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface PendingResponses {
  /** Returns the response to the request before it, unless that is sent. */
  readonly add: (incoming: IncomingMessage, outgoing: ServerResponse) => ServerResponse | undefined
  /**
   * The request on this socket whose body the server was still reading, with its response; and the response to the last request before
   * it, or before anything that was no request.
   */
  readonly of: (socket: object) => Pending
  /** The response to the last request on this socket, unless it is sent. */
  readonly last: (socket: object) => ServerResponse | undefined
}

export interface Pending {
  readonly unread: ServerResponse | undefined
  readonly before: ServerResponse | undefined
}

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** `undefined` for a client that waits for each response, as nearly all do. */
  readonly previous: ServerResponse | undefined
}

export function createPendingResponses(): PendingResponses {
  const latest = new WeakMap<object, Exchange>()

  function lastUnsent(socket: object): ServerResponse | undefined {
    const outgoing = latest.get(socket)?.outgoing
    return outgoing?.writableFinished ? undefined : outgoing
  }

  return {
    last: lastUnsent,
    add: (incoming, outgoing) => {
      const previous = lastUnsent(incoming.socket)
      latest.set(incoming.socket, { incoming, outgoing, previous })
      return previous
    },
    of: (socket) => {
      const exchange = latest.get(socket)
      const outgoing = lastUnsent(socket)
      if (!exchange || exchange.incoming.complete) return { unread: undefined, before: outgoing }
      return { unread: outgoing, before: exchange.previous }
    },
  }
}

/** Runs `next` when the response is sent, which may be now. The responses before it are sent by then. */
export function afterResponse(response: ServerResponse | undefined, next: () => void): void {
  if (!response || response.writableFinished) next()
  else response.once('close', next)
}
