/** Serves the app on a Node socket, with time limits on every part of a connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { OAuthError } from '../oauth/errors.ts'
import type { TextReply } from '../reply.ts'
import type { App } from './app.ts'
import { serveNode, writeReply } from './node.ts'
import { maxTargetLength, wireProblem } from './wire.ts'

export interface Listening {
  readonly port: number
  /** Stops accepting, lets running requests finish, ends what is left after `graceMs`. */
  readonly close: (graceMs?: number) => Promise<void>
}

/** Milliseconds. A request's headers and its body must each have come by then (RFC 9110 §15.5.9: 408). */
const receiveTimeout = 10_000
const checkInterval = 2_000
const keepAliveTimeout = 5_000
/** A connection on which nothing moves, such as one that never reads its answer. */
const idleTimeout = 30_000
const maxHeaderBytes = 32 * 1024
/** How long a refused sender may still read its answer before the socket is destroyed. */
const lingerMs = 250
const graceDefaultMs = 10_000
const sweepInterval = 50

/** Resolves when the port is open. @throws the system's error (`EADDRINUSE`, ...) */
export function listen(app: App, host: string, port: number): Promise<Listening> {
  const answers = new WeakMap<object, ServerResponse>()
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    answers.set(incoming.socket, outgoing)
    closeUnread(incoming, outgoing)
    const problem = wireProblem(incoming)
    if (problem) refuse(app, incoming, outgoing, problem)
    // What is thrown here is our own bug: this one connection ends, the process goes on.
    else serveNode(app, incoming, outgoing).catch(() => incoming.socket.destroy())
  }
  const server = createServer({
    headersTimeout: receiveTimeout,
    requestTimeout: receiveTimeout,
    connectionsCheckingInterval: checkInterval,
    keepAliveTimeout,
    maxHeaderSize: maxHeaderBytes,
    // A missing Host is found by `wireProblem` too, and answered in our form.
    requireHostHeader: false,
  })
  server.timeout = idleTimeout
  server.on('request', serve)
  // RFC 9110 §10.1.1: an expectation other than 100-continue may be ignored.
  server.on('checkExpectation', serve)
  server.on('connect', (_incoming, socket: Socket) => hangUp(socket, app.refuse('CONNECT', '', notAProxy())))
  server.on('clientError', (error, socket) => answerUnparsable(app, error, socket as Socket, answers.get(socket)))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: (graceMs = graceDefaultMs) => close(server, graceMs),
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

/** The peer may still read its answer; it can't hold the socket by not closing its own side. */
function destroyLater(socket: Socket): void {
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

function refuse(app: App, incoming: IncomingMessage, outgoing: ServerResponse, problem: OAuthError): void {
  const reply = app.refuse(incoming.method ?? '', incoming.url ?? '', problem)
  writeReply({ ...reply, headers: { ...reply.headers, connection: 'close' } }, outgoing)
}

/** What Node's parser refused: answered in our form, where the socket still takes an answer. */
function answerUnparsable(app: App, error: ParseError, socket: Socket, last: ServerResponse | undefined): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
  // An answer that is on its way is not broken by another one.
  else if (last?.headersSent && !last.writableFinished) destroyLater(socket)
  else hangUp(socket, app.refuse('', '', unparsable(error)))
}

/** Answers on the bare socket, for where Node has no response object, and ends the connection. */
function hangUp(socket: Socket, reply: TextReply): void {
  const headers = { ...reply.headers, connection: 'close', 'content-length': String(Buffer.byteLength(reply.body)) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  // Nobody else listens on a socket that Node has handed over: without, a reset by the peer would end the process.
  socket.on('error', () => socket.destroy())
  socket.end([`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status]}`, ...lines, '', reply.body].join('\r\n'))
  destroyLater(socket)
}

function notAProxy(): OAuthError {
  return new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: 'method_not_allowed',
    headers: { allow: 'GET, HEAD, POST' },
  })
}

type ParseError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer }

function unparsable(error: ParseError): OAuthError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new OAuthError('request_timeout', 'the request did not arrive in time', { reason: 'request_timeout' })
  }
  if (error.code !== 'HPE_HEADER_OVERFLOW') {
    return new OAuthError('invalid_request', 'the request is malformed', { reason: 'http_malformed' })
  }
  // Node counts the request line among the headers; what overflowed is told by where the first line ends.
  const lineEnd = error.rawPacket?.indexOf('\r\n') ?? 0
  return lineEnd === -1 || lineEnd > maxTargetLength
    ? new OAuthError('target_too_long', 'the request target is too long', { reason: 'target_too_long' })
    : new OAuthError('headers_too_large', 'the request headers are too large', { reason: 'headers_too_large' })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection is idle only once its last answer has gone out.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepInterval)
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(deadline)
      resolve()
    })
  })
}
