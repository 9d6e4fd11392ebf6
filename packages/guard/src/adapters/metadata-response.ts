/** The response with the protected resource metadata, for any framework (RFC 9728 §3). */
import type { Guard } from '../guard.ts'

export interface MetadataResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON text; `undefined` in the response to a preflight request. */
  readonly body: string | undefined
}

/** Returns the response to a request for the metadata; `undefined` for any other request. @param path without its query */
export type MetadataResponder = (method: string | undefined, path: string) => MetadataResponse | undefined

// Clients in browsers read it from any origin: it is public, and the same for everyone.
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
  // An MCP client sends a header of its own, so a browser sends a preflight request first (Fetch §4.8). `*` does not include Authorization.
  const anyHeader = { 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': '*, authorization' }
  const preflight = {
    status: 204,
    headers: { ...anyOrigin, ...anyHeader },
    body: undefined,
  }
  return (method, path) => {
    if (!paths.includes(path)) return undefined
    if (method === 'OPTIONS') return preflight
    return method === 'GET' || method === 'HEAD' ? found : undefined
  }
}

/** The same as a web-standard response. */
export function respondWithMetadata(respond: MetadataResponder, request: Request): Response | undefined {
  const metadata = respond(request.method, new URL(request.url).pathname)
  return metadata && new Response(metadata.body ?? null, { status: metadata.status, headers: metadata.headers })
}
