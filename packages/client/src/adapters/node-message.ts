/**
 * Converts between Node's messages and web-standard ones, for frameworks that are built on `node:http`. The exported types name only the
 * members that are used: an app that has no types of Node can use them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isBelow } from '../server/proxy-path.ts'

/** The request of Node's servers. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** The response of Node's servers. */
export interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableFinished: boolean
  readonly setHeader: (name: string, value: string) => unknown
  readonly appendHeader: (name: string, value: string) => unknown
  readonly once: (event: 'close', listener: () => void) => unknown
  readonly end: () => unknown
}

/** A request for the web login. The origin comes from the config: a client can send any Host header. */
export function toRequest(message: NodeRequest, path: string, origin: string): Request {
  return new Request(toUrl(path, origin), { method: message.method ?? 'GET', headers: toHeaders(message) })
}

/** The same with its body, which nothing else can read then. It is aborted when the browser closes the connection before the response. */
export function toProxiedRequest(message: NodeRequest, response: NodeResponse, path: string, origin: string): Request {
  const { method = 'GET' } = message
  const init = { method, headers: toHeaders(message), signal: signalOf(response) }
  if (method === 'GET' || method === 'HEAD') return new Request(toUrl(path, origin), init)
  // What a framework passes is Node's own object. Its types and the web's describe the same stream. Fetch §5.4: a stream as body requires duplex.
  const streamed = { body: Readable.toWeb(message as IncomingMessage) as ReadableStream, duplex: 'half' } as const
  return new Request(toUrl(path, origin), { ...init, ...streamed })
}

/** Whether something else has already responded, such as a timeout: then nothing can be sent any more. */
export function hasResponded({ headersSent, writableEnded }: NodeResponse): boolean {
  return headersSent || writableEnded
}

/** Sends a response of the web login, unless there is another one already. */
export async function sendResponse(response: Response, outgoing: NodeResponse): Promise<void> {
  if (hasResponded(outgoing)) {
    await response.body?.cancel()
    return
  }
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name === 'set-cookie') outgoing.appendHeader(name, value)
    else outgoing.setHeader(name, value)
  }
  if (response.body === null) {
    outgoing.end()
    return
  }
  // What a framework passes is Node's own object. If this fails, no other response is possible: the connection is closed, which the browser notices.
  await pipeline(response.body, outgoing as ServerResponse).catch(() => {})
}

/** Whether the request may belong to a route of the login. */
export function mayBeLogin({ method }: NodeRequest): boolean {
  return method === 'GET' || method === 'POST'
}

/** Whether the request is below the prefix. Fetch §2.2.1 forbids TRACE. */
export function mayBeProxied({ method }: NodeRequest, target: string, prefix: string): boolean {
  return method !== 'TRACE' && isBelow(target.split('?', 1)[0] ?? '', prefix)
}

function signalOf(response: NodeResponse): AbortSignal {
  const closing = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) closing.abort()
  })
  return closing.signal
}

/** A target in another form than a path (RFC 9112 §3.2.2, §3.2.4) leads to none of our routes. */
function toUrl(path: string, origin: string): string {
  return path.startsWith('/') ? `${origin}${path}` : origin
}

function toHeaders({ headers }: NodeRequest): Headers {
  const read = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    // RFC 9113 §8.3: pseudo-header fields of HTTP/2 are not headers.
    if (value === undefined || name.startsWith(':')) continue
    read.set(name, typeof value === 'string' ? value : value.join(', '))
  }
  return read
}
