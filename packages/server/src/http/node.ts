/** Connects Node's HTTP server and the app. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, TextReply } from '../reply.ts'
import type { Responder } from './app.ts'
import { bodyLimit, bodyTaken, encodingSet, readBody } from './body.ts'
import { cookieHeader } from './cookies.ts'
import { peerOf } from './peer.ts'
import { requestProblem } from './request-problem.ts'
import { destroyLater } from './socket.ts'

/** Serves one request. `target` is its path and query, where a framework has changed `incoming.url`. */
export function serveNode(
  app: Responder,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string = incoming.url ?? '',
): void {
  // The program around this server has responded already.
  if (outgoing.headersSent) return
  const peer = peerOf(incoming.socket)
  if (peer === undefined) {
    incoming.socket.destroy()
    return
  }
  closeUnread(incoming, outgoing)
  const refusal = app.refuse(target)
  if (refusal) {
    refuse(refusal, incoming, outgoing)
    return
  }
  const exchange = { incoming, outgoing, target }
  const problem = requestProblem(incoming, target)
  if (problem) rejectRequest(app, exchange, problem)
  else respond(app, exchange, peer).catch((error: unknown) => fail(app, exchange, error))
}

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly target: string
}

async function respond(app: Responder, { incoming, outgoing, target }: Exchange, peer: string): Promise<void> {
  const header = (name: string) => {
    const value = incoming.headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }
  const reply = await app.handle({
    method: incoming.method ?? '',
    target,
    header,
    peer,
    readBody: async () => {
      if (incoming.readableDidRead) throw bodyTaken(header)
      if (incoming.readableEncoding !== null) throw encodingSet()
      return await readBody(header, (limit) => gather(incoming, limit))
    },
  })
  if (!outgoing.headersSent) writeReply(reply, outgoing)
  // The program has responded meanwhile, for example after a time limit of its own.
  else if (reply.body instanceof ReadableStream) await reply.body.cancel()
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

/** A small body is taken first: a response before it would close the connection, and the next request would cost a new one. */
function refuse(reply: TextReply, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers
  const isSmall = Number(length) <= bodyLimit
  if (isSmall && !incoming.readableEnded) incoming.once('end', () => writeReply(reply, outgoing)).resume()
  else if (isSmall || (length === undefined && coding === undefined)) writeReply(reply, outgoing)
  else writeReply({ ...reply, headers: { ...reply.headers, connection: 'close' } }, outgoing)
}

function rejectRequest(app: Responder, { incoming, outgoing, target }: Exchange, problem: OAuthError): void {
  const reply = app.reject(incoming.method ?? '', target, problem)
  writeReply({ ...reply, headers: { ...reply.headers, connection: 'close' } }, outgoing)
}

/** A response that cannot be written is our own bug: it is logged, this connection ends, and the process continues. */
function fail(app: Responder, exchange: Exchange, cause: unknown): void {
  const { incoming, outgoing, target } = exchange
  const error = new OAuthError('server_error', 'Internal Server Error', { reason: 'internal_error', cause })
  if (!outgoing.headersSent) {
    // The response that could not be written has set its status message.
    outgoing.statusMessage = ''
    rejectRequest(app, exchange, error)
    return
  }
  app.reject(incoming.method ?? '', target, error)
  incoming.socket.destroy()
}

/** With listeners: an iterator takes a tenth of the time of a small request. */
function gather(incoming: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const endEarly = (cause?: unknown) => reject(cause ?? new Error('the connection was closed'))
    if (incoming.destroyed) endEarly()
    incoming.on('error', endEarly)
    incoming.on('close', () => endEarly())
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    const take = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limit) return
      // Not destroyed: the rejection still has to be sent.
      incoming.pause()
      incoming.off('data', take)
      resolve(undefined)
    }
    incoming.on('data', take)
    // The program around this server may have paused it.
    incoming.resume()
  })
}

function writeReply(reply: Reply, outgoing: ServerResponse): void {
  const { status, body, cookieLines } = reply
  const headers = cookieLines ? { ...reply.headers, ...cookieHeader(cookieLines) } : reply.headers
  if (body instanceof ReadableStream) {
    outgoing.writeHead(status, headers)
    if (outgoing.req.method === 'HEAD') {
      void body.cancel()
      outgoing.end()
      return
    }
    // The same stream for both: a program around this one may add the types of browsers.
    const stream = Readable.fromWeb(body as NodeReadableStream)
    // The stream ends when the reader closes the connection. The response has begun, so there is no error response.
    stream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => stream.destroy())
    stream.pipe(outgoing)
    return
  }
  // RFC 9110 §8.6: a server MUST NOT send a Content-Length header field in any response with a status code of 204, nor in a
  // 304 unless it is that of the 200.
  const length = status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) }
  outgoing.writeHead(status, { ...headers, ...length }).end(body)
}
