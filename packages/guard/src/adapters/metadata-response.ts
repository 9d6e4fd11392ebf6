/** How the protected resource metadata is answered, whichever framework writes it (RFC 9728 §3). */
import type { Guard } from '../guard.ts'

export interface MetadataResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON text; `undefined` in the answer to a preflight request. */
  readonly body: string | undefined
}

/** Answers a request for the metadata, and `undefined` what is none. @param path without its query */
export type MetadataResponder = (method: string | undefined, path: string) => MetadataResponse | undefined

// Clients in browsers read it, from any origin: it is public, and says nothing about who asks.
const anyOrigin = { 'access-control-allow-origin': '*' }

/** @throws TypeError when the guard was made without `metadata` */
export function createMetadataResponder(guard: Guard): MetadataResponder {
  const { paths, document } = guard.metadata()
  // RFC 9728 §3.2: 200 OK with the content type application/json.
  const found = {
    status: 200,
    headers: { ...anyOrigin, 'content-type': 'application/json' },
    body: JSON.stringify(document),
  }
  // A client of MCP sends a header of its own, which a browser asks about first (Fetch §4.8).
  const preflight = {
    status: 204,
    headers: { ...anyOrigin, 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': '*' },
    body: undefined,
  }
  return (method, path) => {
    if (!paths.includes(path)) return undefined
    if (method === 'OPTIONS') return preflight
    return method === 'GET' || method === 'HEAD' ? found : undefined
  }
}

/** The same as a web-standard response. */
export function metadataResponse(answers: MetadataResponder, request: Request): Response | undefined {
  const answer = answers(request.method, new URL(request.url).pathname)
  return answer && new Response(answer.body ?? null, { status: answer.status, headers: answer.headers })
}
