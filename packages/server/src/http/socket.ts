/** Responses on the bare socket, when Node has no response object. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { OAuthError } from '../oauth/errors.ts'
import { maxTargetLength, targetTooLong } from '../oauth/post-to-get.ts'
import type { TextReply } from '../reply.ts'
import type { Responder } from './app.ts'
import { nodeHttp } from './node-http.ts'
import { afterResponse, type Pending } from './pending-responses.ts'

/** How long the sender may read the response before the socket is destroyed. */
const lingerMs = 250

/** Rejects what Node's parser cannot read: a request, or the rest of the body of `unread`. Call it once for each socket. */
export function rejectUnparsable(app: Responder, error: ParseError, socket: Socket, { unread, before }: Pending): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  surviveReset(socket)
  afterResponse(before, () => {
    // A second response must not break the one that is being sent.
    if (unread?.headersSent) destroyLater(socket)
    else endWith(socket, app.reject('', '', unparsable(error)))
  })
}

/** Writes the response to the bare socket, and ends the connection. */
function endWith(socket: Socket, reply: TextReply): void {
  // The response before it has ended the connection.
  if (!socket.writable) return
  const headers = { ...reply.headers, connection: 'close', 'content-length': String(Buffer.byteLength(reply.body)) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${reply.status} ${nodeHttp.STATUS_CODES[reply.status]}`, ...lines, '', reply.body].join('\r\n'))
  destroyLater(socket)
}

/** Node no longer listens for errors on this socket. Without a listener, a reset by the peer ends the process, also while a response before it is made. */
function surviveReset(socket: Socket): void {
  socket.on('error', () => socket.destroy())
}

/** CONNECT is for proxies. */
export function rejectConnect(app: Responder, socket: Socket, before: ServerResponse | undefined): void {
  const error = new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: 'method_not_allowed',
    headers: { allow: 'GET, HEAD, POST' },
  })
  surviveReset(socket)
  // Node no longer listens for this event either. It comes after a time without any transfer: the client may not read the response before this one.
  socket.on('timeout', () => socket.destroy())
  afterResponse(before, () => endWith(socket, app.reject('CONNECT', '', error)))
}

type ParseError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer }

function unparsable(error: ParseError): OAuthError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new OAuthError('request_timeout', 'the request did not arrive in time', { reason: 'request_timeout' })
  }
  if (error.code !== 'HPE_HEADER_OVERFLOW') {
    return new OAuthError('invalid_request', 'the request is malformed', { reason: 'http_malformed' })
  }
  // Node counts the request line as part of the headers. The end of the first line shows which of them is too long.
  const lineEnd = error.rawPacket?.indexOf('\r\n') ?? 0
  return lineEnd === -1 || lineEnd > maxTargetLength
    ? targetTooLong()
    : new OAuthError('headers_too_large', 'the request headers are too large', { reason: 'headers_too_large' })
}

/** The peer has a moment to read the response. It cannot keep the socket open by not closing its own side. */
export function destroyLater(socket: Socket, ms: number = lingerMs): void {
  setTimeout(() => socket.destroy(), ms).unref()
}
