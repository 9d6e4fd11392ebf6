/** Answers on the bare socket, for where Node has no response object. */
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { OAuthError } from '../oauth/errors.ts'
import { maxTargetLength, targetTooLong } from '../oauth/post-to-get.ts'
import type { TextReply } from '../reply.ts'
import type { App } from './app.ts'

/** How long a refused sender may still read its answer before the socket is destroyed. */
const lingerMs = 250

/** What Node's parser refused: answered in our form, where the socket still takes an answer. */
export function answerUnparsable(app: App, error: ParseError, socket: Socket, last: ServerResponse | undefined): void {
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

/** CONNECT asks for a proxy, which this is not. */
export function refuseConnect(app: App, socket: Socket): void {
  const error = new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: 'method_not_allowed',
    headers: { allow: 'GET, HEAD, POST' },
  })
  hangUp(socket, app.refuse('CONNECT', '', error))
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
    ? targetTooLong()
    : new OAuthError('headers_too_large', 'the request headers are too large', { reason: 'headers_too_large' })
}

/** The peer may still read its answer; it can't hold the socket by not closing its own side. */
export function destroyLater(socket: Socket): void {
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
