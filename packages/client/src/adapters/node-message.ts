/** Between Node's messages and the web's, for the frameworks that are built on `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isBelow } from '../server/proxy-path.ts'

/** A request as the web login reads it. The origin is the configured one: the Host header is whatever a client wrote. */
export function toRequest(message: IncomingMessage, path: string, origin: string): Request {
  return new Request(toUrl(path, origin), { method: message.method ?? 'GET', headers: toHeaders(message) })
}

/** The same with its body, which nobody else can read then. What is done for it ends when the browser leaves before it is answered. */
export function toProxiedRequest(
  message: IncomingMessage,
  response: ServerResponse,
  path: string,
  origin: string,
): Request {
  const { method = 'GET' } = message
  const init = { method, headers: toHeaders(message), signal: signalOf(response) }
  if (method === 'GET' || method === 'HEAD') return new Request(toUrl(path, origin), init)
  // Node's types and the web's describe the same stream. Fetch §5.4: a body that is one needs duplex.
  const streamed = { body: Readable.toWeb(message) as ReadableStream, duplex: 'half' } as const
  return new Request(toUrl(path, origin), { ...init, ...streamed })
}

/** Whether something else has answered already, as a timeout does: nothing can be sent any more. */
export function hasResponded({ headersSent, writableEnded }: ServerResponse): boolean {
  return headersSent || writableEnded
}

/** Sends an answer of the web login, unless there is another one already. */
export async function sendResponse(answer: Response, response: ServerResponse): Promise<void> {
  if (hasResponded(response)) {
    await answer.body?.cancel()
    return
  }
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) {
    if (name === 'set-cookie') response.appendHeader(name, value)
    else response.setHeader(name, value)
  }
  if (answer.body === null) {
    response.end()
    return
  }
  // What fails now is past another answer: the connection is cut, which tells the browser.
  await pipeline(answer.body, response).catch(() => {})
}

/** Whether the request can be one of the log-in's own. */
export function mayBeLogin({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'POST'
}

/** Whether the request is below the prefix. Fetch §2.2.1 forbids requests with TRACE. */
export function mayBeProxied({ method }: IncomingMessage, target: string, prefix: string): boolean {
  return method !== 'TRACE' && isBelow(target.split('?', 1)[0] ?? '', prefix)
}

function signalOf(response: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort()
  })
  return leaving.signal
}

/** A target in another form than a path (RFC 9112 §3.2.2, §3.2.4) names none of our routes. */
function toUrl(path: string, origin: string): string {
  return path.startsWith('/') ? `${origin}${path}` : origin
}

function toHeaders({ headers }: IncomingMessage): Headers {
  const read = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    // RFC 9113 §8.3: pseudo-header fields of HTTP/2 are not headers.
    if (value === undefined || name.startsWith(':')) continue
    read.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return read
}
