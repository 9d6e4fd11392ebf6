/** Puts a finished Reply on the wire: as a web Response, or straight to Node's socket where there is one. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Reply } from '../reply.ts'

/** The part of Node's response that is used. */
export interface Outgoing {
  readonly writeHead: (status: number, headers: Record<string, string>) => unknown
  readonly end: (body: string | Uint8Array) => unknown
}

/** A Response object between the handler and Node's socket would cost as much as the rest of a token check. */
export function send(reply: Reply, outgoing: Outgoing | undefined): Response {
  const { status, headers, body } = reply
  if (!outgoing || body instanceof ReadableStream) return new Response(body, { status, headers })
  outgoing.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
  outgoing.end(body)
  return RESPONSE_ALREADY_SENT
}
