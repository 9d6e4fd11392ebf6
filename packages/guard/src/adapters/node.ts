/** The guard for Node's own HTTP servers, HTTP/2 included. */
import type { Access } from '../access.ts'
import type { Guard, Requirement } from '../guard.ts'
import { isRejection } from '../rejection.ts'
import { keepAccess } from './access-of.ts'
import type { NodeRequest, NodeResponse } from './frameworks.ts'
import { createMetadataResponder } from './metadata-response.ts'
import { guardRequest, originOf, pathOf } from './node-request.ts'

export { accessOf } from './access-of.ts'
export type { NodeRequest, NodeResponse } from './frameworks.ts'

/**
 * Runs the handler for requests that the guard accepts, and responds to the others:
 * `createServer(protect(guard, { scopes: ['items'] }, (request, response, access) => { ... }))`.
 * Errors of the handler are not handled here. It does not run when something else has responded in the meantime, such as a timeout.
 */
export function protect<Request extends NodeRequest, Response extends NodeResponse>(
  guard: Guard,
  requirement: Requirement,
  handler: (request: Request, response: Response, access: Access) => unknown,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    let access: Access
    try {
      const checked = guardRequest(request, request.url ?? '/', () => originOf(request))
      access = await guard.check(checked, requirement)
    } catch (error) {
      if (response.headersSent) return
      // Node has no error handler: without a response to unexpected errors too, the request would hang.
      const { status, headers, body } = isRejection(error) ? error : { status: 500, headers: {}, body: {} }
      response.writeHead(status, headers).end(JSON.stringify(body))
      return
    }
    if (response.headersSent) return
    keepAccess(request, access)
    await handler(request, response, access)
  }
}

/** Serves the guard's metadata (RFC 9728). Returns whether the request was for it. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): (request: NodeRequest, response: NodeResponse) => boolean {
  const respond = createMetadataResponder(guard)
  return (request, response) => {
    const metadata = respond(request.method, pathOf(request.url ?? ''))
    if (metadata) response.writeHead(metadata.status, { ...metadata.headers }).end(metadata.body ?? '')
    return metadata !== undefined
  }
}
