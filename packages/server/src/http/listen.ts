/** Serves the app on a Node socket, with time limits on every part of a connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { OAuthError } from '../oauth/errors.ts'
import type { App } from './app.ts'
import { serveNode, writeReply } from './node.ts'
import { answerUnparsable, destroyLater, refuseConnect } from './socket.ts'
import { wireProblem } from './wire.ts'

export interface Listening {
  readonly port: number
  /** Stops accepting, lets running requests finish, ends what is left after `graceMs`. */
  readonly close: (graceMs?: number) => Promise<void>
}

/** A request's headers and its body must each have come by then (RFC 9110 §15.5.9: 408). */
const receiveTimeoutMs = 10_000
const checkIntervalMs = 2_000
const keepAliveTimeoutMs = 5_000
/** A connection on which nothing moves, such as one that never reads its answer. */
const idleTimeoutMs = 30_000
const maxHeaderBytes = 32 * 1024
const defaultGraceMs = 10_000
const sweepIntervalMs = 50

/** Resolves when the port is open. @throws the system's error (`EADDRINUSE`, ...) */
export function listen(app: App, host: string, port: number): Promise<Listening> {
  const answers = new WeakMap<object, ServerResponse>()
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    answers.set(incoming.socket, outgoing)
    closeUnread(incoming, outgoing)
    const problem = wireProblem(incoming)
    if (problem) refuse(app, incoming, outgoing, problem)
    else serveNode(app, incoming, outgoing).catch((error: unknown) => fail(app, incoming, outgoing, error))
  }
  const server = createServer({
    headersTimeout: receiveTimeoutMs,
    requestTimeout: receiveTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    // A missing Host is found by `wireProblem` too, and answered in our form.
    requireHostHeader: false,
  })
  server.timeout = idleTimeoutMs
  server.on('request', serve)
  // RFC 9110 §10.1.1: an expectation other than 100-continue may be ignored.
  server.on('checkExpectation', serve)
  server.on('connect', (_incoming, socket: Socket) => refuseConnect(app, socket))
  server.on('clientError', (error, socket) => answerUnparsable(app, error, socket as Socket, answers.get(socket)))
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

/** An answer that came before the whole body ends the connection: what follows on it is never read. */
function closeUnread(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { headers } = incoming
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
  outgoing.once('finish', () => {
    if (incoming.complete) return
    incoming.socket.end()
    // Node now begins to read and throw away what nobody took: once it has, a paused socket makes the sender wait.
    setImmediate(() => incoming.socket.pause())
    destroyLater(incoming.socket)
  })
}

function refuse(app: App, incoming: IncomingMessage, outgoing: ServerResponse, problem: OAuthError): void {
  const reply = app.refuse(incoming.method ?? '', incoming.url ?? '', problem)
  writeReply({ ...reply, headers: { ...reply.headers, connection: 'close' } }, outgoing)
}

/** What could not be written is our own bug: the log is told, this one connection ends, and the process goes on. */
function fail(app: App, incoming: IncomingMessage, outgoing: ServerResponse, cause: unknown): void {
  const error = new OAuthError('server_error', 'Internal Server Error', { reason: 'internal_error', cause })
  if (!outgoing.headersSent) {
    // An answer that could not be written has left its words in the status line.
    outgoing.statusMessage = ''
    refuse(app, incoming, outgoing, error)
    return
  }
  app.refuse(incoming.method ?? '', incoming.url ?? '', error)
  incoming.socket.destroy()
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection is idle only once its last answer has gone out.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepIntervalMs)
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(deadline)
      resolve()
    })
  })
}
