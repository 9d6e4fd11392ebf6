/** The web-standard interface: takes a Request and returns a Response, for any framework or runtime that uses them. */
import { failOperation } from '../domain/operation-error.ts'
import type { Reply } from '../reply.ts'
import type { App, Incoming } from './app.ts'
import { bodyTaken, readBody } from './body.ts'
import { appendCookies } from './cookies.ts'
import { webRequestProblem } from './request-problem.ts'

/** What the caller knows of a request's connection. */
export interface ConnectionInfo {
  /** The IP address of the other end: of the client, or of the proxy before this server. */
  readonly address?: string | undefined
}

/** Serves one request. A second argument that is no `ConnectionInfo`, such as the bindings that frameworks pass, is ignored. */
export type Fetch = (request: globalThis.Request, connection?: ConnectionInfo) => Promise<Response>

/** @internal */
export function fetchOf(app: App): Fetch {
  return async (request, connection) => {
    if (!isRequest(request)) failOperation('request', 'must be a Request, such as new Request(url)')
    const target = targetOf(request.url)
    const refusal = app.refuse(target)
    if (refusal) return await toResponse(refusal, request.method)
    const problem = webRequestProblem(request, target)
    const reply = problem
      ? app.reject(request.method, target, problem)
      : await app.handle(toIncoming(request, target, addressIn(connection)))
    return await toResponse(reply, request.method)
  }
}

/** A program without types may pass anything. The `Request` of some runtimes and frameworks is not the global one. */
function isRequest(value: unknown): value is globalThis.Request {
  if (!isObject(value) || !('url' in value && 'method' in value && 'headers' in value)) return false
  const { url, method, headers } = value
  return typeof url === 'string' && typeof method === 'string' && isObject(headers) && Symbol.iterator in headers
}

function toIncoming(request: globalThis.Request, target: string, peer: string): Incoming {
  const header = (name: string) => request.headers.get(name) ?? undefined
  return {
    method: request.method,
    target,
    header,
    peer,
    readBody: async () => {
      if (request.bodyUsed) throw bodyTaken(header)
      return await readBody(header, (limit) => gather(request, limit))
    },
  }
}

async function toResponse({ status, headers: fields, cookieLines, body }: Reply, method: string): Promise<Response> {
  const headers = new Headers(fields)
  if (cookieLines) appendCookies(headers, cookieLines)
  if (method !== 'HEAD') return new Response(body === '' ? null : body, { status, headers })
  if (body instanceof ReadableStream) await body.cancel()
  return new Response(null, { status, headers })
}

/** The address, if the caller passed one. Frameworks pass other values in its place too. */
function addressIn(connection: unknown): string {
  const address: unknown = isObject(connection) && 'address' in connection ? connection.address : undefined
  return typeof address === 'string' ? address : ''
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

async function gather(request: globalThis.Request, limit: number): Promise<Uint8Array | undefined> {
  // The runtime reads no more than the length, which `readBody` has checked: that takes half the time of a stream.
  if (request.headers.has('content-length')) {
    const bytes = new Uint8Array(await request.arrayBuffer())
    return bytes.length > limit ? undefined : bytes
  }
  const gathered: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > limit) return undefined
    gathered.push(chunk)
  }
  return Buffer.concat(gathered)
}

/** The path and query of an absolute URL. */
function targetOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start === -1 ? '/' : url.slice(start).split('#', 1).join()
}
