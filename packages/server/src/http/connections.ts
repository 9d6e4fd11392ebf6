/** The open connections of a server, and how they end without a request being lost. */
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { PendingResponses } from './pending-responses.ts'

export interface Connections {
  readonly count: () => number
  /** Call it for each request, and keep it cheap: it is on the way of all. */
  readonly noteRequest: (response: ServerResponse) => void
  /** From now on each response asks the client to close the connection, also those to requests that run. */
  readonly closeAfterResponse: () => void
  /** Closes those on which no request runs, once no request has come for `quietMs`. */
  readonly closeIdle: (quietMs: number) => void
  /** Closes all at once, whatever runs on them. */
  readonly destroyAll: () => void
}

/** A client sends its first request within this time, unless it has none. */
const unusedMs = 500

export function trackConnections(server: Server, responses: Pick<PendingResponses, 'last'>): Connections {
  /** Each with the time at which it was opened. */
  const open = new Map<Socket, number>()
  let isClosing = false
  let lastRequestMs = 0

  server.on('connection', (socket) => {
    open.set(socket, performance.now())
    socket.once('close', () => open.delete(socket))
  })

  const isSending = (socket: Socket) => responses.last(socket)?.writableEnded === true

  return {
    count: () => open.size,
    noteRequest: (response) => {
      lastRequestMs = performance.now()
      if (isClosing) closeAfter(response)
    },
    closeAfterResponse: () => {
      isClosing = true
      for (const socket of open.keys()) {
        const response = responses.last(socket)
        if (response) closeAfter(response)
      }
    },
    closeIdle: (quietMs) => {
      const now = performance.now()
      if (now - lastRequestMs < quietMs) return
      // For Node, a connection is idle as soon as its response is made. The client may not have taken all of it.
      if (![...open.keys()].some(isSending)) server.closeIdleConnections()
      // For Node, one without a first request is not idle. A browser opens one before it needs it.
      for (const [socket, openedMs] of open) if (socket.bytesRead === 0 && now - openedMs > unusedMs) socket.destroy()
    },
    // Not the server's `closeAllConnections`, which does not know those on which CONNECT came.
    destroyAll: () => {
      for (const socket of open.keys()) socket.destroy()
    },
  }
}

/** RFC 9112 §9.6: the client MUST NOT send further requests on this connection after receiving `close`. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}
