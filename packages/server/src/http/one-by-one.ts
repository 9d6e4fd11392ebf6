/**
 * Handles the requests of a connection one by one. Their responses are sent in order (RFC 9112 §9.3.2), so handling them together gains nothing. It would
 * let one connection take any number of places among the requests in progress, and in the queue for a turn of the event loop.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { afterResponse } from './pending-responses.ts'
import { destroyLater } from './socket.ts'
import { stopParsing } from './stop-parsing.ts'
import { createTurns } from './turns.ts'

/**
 * Requests that may wait on all connections together. They take 40 MB. While so many wait, a connection is closed when more than a few of them are its own.
 * A client that sends requests without waiting for responses repeats those that get none (RFC 9112 §9.3.2).
 */
const maxInAll = 10_000
/** Clients send a few at most before they have a response, and nearly all none. */
const few = 10
/** Milliseconds in which a client may take the responses that are on their way when its connection ends. */
const lingerMs = 1000

/** Calls `handle` when the response `before` it is sent, unless that ends the connection. */
export type OneByOne = (socket: Socket, before: ServerResponse | undefined, handle: () => void) => void

/**
 * While a request waits on a connection, the connection is not read. Those that were read together with it wait too: they are at most 64 KiB. A request of
 * which only a part was read by then is late after ten seconds: it gets 408 after the responses before it.
 */
export function createOneByOne(): OneByOne {
  /** How many requests wait, on the connections on which any does. */
  const waiting = new Map<Socket, number>()
  let inAll = 0
  // Apart from those of all requests: where nothing else makes requests wait, all that were read together would be handled in one turn.
  const turns = createTurns()

  function add(socket: Socket): void {
    const count = waiting.get(socket) ?? 0
    if (count >= few && inAll >= maxInAll) {
      stopParsing(socket)
      socket.destroy()
      return
    }
    if (count === 0) {
      socket.destroySoon = endSlowly
      socket.on('resume', stayPaused).once('close', forget)
      socket.pause()
    }
    waiting.set(socket, count + 1)
    inAll++
  }

  function remove(socket: Socket): void {
    const left = (waiting.get(socket) ?? 0) - 1
    inAll--
    if (left > 0) {
      waiting.set(socket, left)
      return
    }
    waiting.delete(socket)
    socket.off('resume', stayPaused).off('close', forget)
    socket.resume()
  }

  function forget(this: Socket): void {
    inAll -= waiting.get(this) ?? 0
    waiting.delete(this)
  }

  return (socket, before, handle) => {
    // RFC 9112 §9.6: a server MUST NOT process further requests after a response that closes the connection.
    if (!socket.writable) return
    if (before === undefined) {
      handle()
      return
    }
    add(socket)
    afterResponse(before, async () => {
      await turns.wait('others')
      if (!socket.writable) return
      remove(socket)
      handle()
    })
  }
}

/** Node resumes a socket at the end of each request, and when it has sent what was waiting. It starts to read in the event, before this listener is called. */
function stayPaused(this: Socket): void {
  this.pause()
}

/**
 * In place of the `destroySoon` that Node calls after the last response. RFC 9112 §9.6: a connection on which something was not read is reset when it is
 * closed, and the client may lose responses. So servers close only the write side at first, and read on.
 */
function endSlowly(this: Socket): void {
  stopParsing(this)
  this.end()
  this.off('resume', stayPaused).resume()
  destroyLater(this, lingerMs)
}
