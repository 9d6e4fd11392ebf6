/**
 * Handles the requests of a connection one by one. Their responses are sent in their order (RFC 9112 §9.3.2), so that nothing is won by handling them at
 * once: one connection would have as many places among the requests in progress, and in the line for a turn of the event loop, as it likes.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { afterResponse } from './pending-responses.ts'

/**
 * Requests that may wait on a connection before it is no longer read. Those that were read together with the last of them wait too: at most 64 KiB. Clients
 * send a few at most before they have a response, and nearly all none. A request of which only a part was read by then is late after ten seconds: it gets
 * 408 after the responses before it.
 */
const maxWaiting = 100

/** Calls `handle` when the response `before` it is sent, unless that ends the connection. */
export type OneByOne = (socket: Socket, before: ServerResponse | undefined, handle: () => void) => void

export function createOneByOne(): OneByOne {
  const waiting = new WeakMap<Socket, number>()
  const add = (socket: Socket, change: number) => {
    const count = (waiting.get(socket) ?? 0) + change
    waiting.set(socket, count)
    return count
  }
  return (socket, before, handle) => {
    if (before === undefined) {
      handle()
      return
    }
    if (add(socket, 1) === maxWaiting) {
      socket.on('resume', stayPaused)
      socket.pause()
    }
    afterResponse(before, () => {
      if (add(socket, -1) === maxWaiting - 1) {
        socket.off('resume', stayPaused)
        socket.resume()
      }
      // RFC 9112 §9.6: a server MUST NOT process further requests after a response that closes the connection.
      if (socket.writable) handle()
    })
  }
}

/** Node resumes a socket at the end of each request, and when it has sent what was waiting. It starts to read in the event, before this listener is called. */
function stayPaused(this: Socket): void {
  this.pause()
}
