/** Serves the app on a Node socket, with time limits on every part of a connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { OAuthError } from '../oauth/errors.ts'
import type { App } from './app.ts'
import { serveNode, writeReply } from './node.ts'
import { requestProblem } from './request-problem.ts'
import { destroyLater, rejectConnect, rejectUnparsable } from './socket.ts'

export interface Listening {
  readonly port: number
  /** Accepts no more connections, and waits for running requests, at most `graceMs`. */
  readonly close: (graceMs?: number) => Promise<void>
}

/** The headers and the body of a request must each arrive within this time (RFC 9110 §15.5.9: 408). */
const receiveTimeoutMs = 10_000
const checkIntervalMs = 2_000
const keepAliveTimeoutMs = 5_000
/** For a connection without any transfer, such as one that never reads its response. */
const idleTimeoutMs = 30_000
const maxHeaderBytes = 32 * 1024
const defaultGraceMs = 10_000
const sweepIntervalMs = 50

/** Resolves when the port is open. @throws the system's error (`EADDRINUSE`, ...) */
export function listen(app: App, host: string, port: number): Promise<Listening> {
  const responses = new WeakMap<object, ServerResponse>()
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    responses.set(incoming.socket, outgoing)
    closeUnread(incoming, outgoing)
    const problem = requestProblem(incoming)
    if (problem) rejectRequest(app, incoming, outgoing, problem)
    else serveNode(app, incoming, outgoing).catch((error: unknown) => fail(app, incoming, outgoing, error))
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
  server.on('request', serve)
  // RFC 9110 §10.1.1: an expectation other than 100-continue may be ignored.
  server.on('checkExpectation', serve)
  server.on('connect', (_incoming, socket: Socket) => rejectConnect(app, socket))
  server.on('clientError', (error, socket) => rejectUnparsable(app, error, socket as Socket, responses.get(socket)))
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

/** A response before the end of the body closes the connection: the rest of the body is never read. */
function closeUnread(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { headers } = incoming
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
  outgoing.once('finish', () => {
    if (incoming.complete) return
    incoming.socket.end()
    // Node now starts to read and discard the rest of the body. A paused socket makes the sender wait instead.
    setImmediate(() => incoming.socket.pause())
    destroyLater(incoming.socket)
  })
}

function rejectRequest(app: App, incoming: IncomingMessage, outgoing: ServerResponse, problem: OAuthError): void {
  const reply = app.reject(incoming.method ?? '', incoming.url ?? '', problem)
  writeReply({ ...reply, headers: { ...reply.headers, connection: 'close' } }, outgoing)
}

/** A response that cannot be written is our own bug: it is logged, this connection ends, and the process continues. */
function fail(app: App, incoming: IncomingMessage, outgoing: ServerResponse, cause: unknown): void {
  const error = new OAuthError('server_error', 'Internal Server Error', { reason: 'internal_error', cause })
  if (!outgoing.headersSent) {
    // The response that could not be written has set its status message.
    outgoing.statusMessage = ''
    rejectRequest(app, incoming, outgoing, error)
    return
  }
  app.reject(incoming.method ?? '', incoming.url ?? '', error)
  incoming.socket.destroy()
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
