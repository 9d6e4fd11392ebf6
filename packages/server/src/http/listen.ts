/** Serves the app on a Node socket, with time limits on every part of a connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Responder } from './app.ts'
import { serveNode } from './node.ts'
import { createPendingResponses } from './pending-responses.ts'
import { maxHeaderBytes } from './request-problem.ts'
import { defaultGraceMs } from './running.ts'
import { rejectConnect, rejectUnparsable } from './socket.ts'

export interface Listening {
  readonly port: number
  /** Accepts no more connections, and waits for running requests, at most `graceMs`. @default graceMs 10 seconds */
  readonly close: (graceMs?: number) => Promise<void>
}

/** The headers and the body of a request must each arrive within this time (RFC 9110 §15.5.9: 408). */
const receiveTimeoutMs = 10_000
const checkIntervalMs = 2_000
const keepAliveTimeoutMs = 5_000
/** For a connection without any transfer, such as one that never reads its response. */
const idleTimeoutMs = 30_000
const sweepIntervalMs = 50

/** Resolves when the port is open. @throws the system's error (`EADDRINUSE`, ...) */
export function listen(app: Responder, host: string, port: number): Promise<Listening> {
  const responses = createPendingResponses()
  const unparsable = new WeakSet<object>()
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    responses.add(incoming, outgoing)
    serveNode(app, incoming, outgoing)
  }
  const server = createServer({
    headersTimeout: receiveTimeoutMs,
    requestTimeout: receiveTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    // `requestProblem` finds a missing Host too, and the response then has our form.
    requireHostHeader: false,
  })
  server.timeout = idleTimeoutMs
  // Node looks the address up at its first use, and after a reset by the client there is none.
  server.on('connection', (socket) => void socket.remoteAddress)
  server.on('request', serve)
  // RFC 9110 §10.1.1: an expectation other than 100-continue may be ignored.
  server.on('checkExpectation', serve)
  server.on('connect', (_incoming, socket: Socket) => rejectConnect(app, socket, responses.of(socket).before))
  server.on('clientError', (error, socket) => {
    // Whatever arrives after it is unparsable too.
    if (unparsable.has(socket)) return
    unparsable.add(socket)
    rejectUnparsable(app, error, socket as Socket, responses.of(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: (graceMs = defaultGraceMs) => close(server, graceMs),
      })
    })
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection is idle only after its last response was sent.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepIntervalMs)
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(deadline)
      resolve()
    })
  })
}
