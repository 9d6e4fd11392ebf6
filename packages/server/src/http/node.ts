/** Connects Node's HTTP server and the app. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Reply } from '../reply.ts'
import type { App } from './app.ts'
import { readBody } from './body.ts'

/** Serves one request. */
export async function serveNode(app: App, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const header = (name: string) => {
    const value = incoming.headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }
  const reply = await app.handle({
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    header,
    peer: incoming.socket.remoteAddress ?? '',
    readBody: () => readBody(header, (limit) => gather(incoming, limit)),
  })
  writeReply(reply, outgoing)
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
  })
}

export function writeReply({ status, headers, body }: Reply, outgoing: ServerResponse): void {
  if (body instanceof ReadableStream) {
    outgoing.writeHead(status, headers)
    if (outgoing.req.method === 'HEAD') {
      void body.cancel()
      outgoing.end()
      return
    }
    const stream = Readable.fromWeb(body)
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
