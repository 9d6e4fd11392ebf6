/** The guard for route handlers of Next, and for any function from `Request` to `Response`. */
import type { Access } from '../access.ts'
import type { Guard, Requirement } from '../guard.ts'
import { isRejection } from '../rejection.ts'
import { createMetadataResponder, respondWithMetadata } from './metadata-response.ts'

/**
 * Runs the handler for requests that the guard accepts, and responds to the others:
 * `export const GET = protect(guard, { scopes: ['items'] }, (request, access) => Response.json(...))`.
 * `context` is what the framework passes besides the request, such as Next's `{ params }`.
 */
export function protect<IncomingRequest extends Request, Context>(
  guard: Guard,
  requirement: Requirement,
  handler: (request: IncomingRequest, access: Access, context: Context) => Response | Promise<Response>,
): (request: IncomingRequest, context: Context) => Promise<Response> {
  return async (request, context) => {
    let access: Access
    try {
      access = await guard.check(request, requirement)
    } catch (error) {
      if (isRejection(error)) return error.toResponse()
      throw error
    }
    return await handler(request, access, context)
  }
}

/**
 * Serves the guard's metadata (RFC 9728), in `app/.well-known/oauth-protected-resource/[[...resource]]/route.ts`:
 * `export const GET = resourceMetadata(guard)`, and the same as `OPTIONS`. Other paths get 404.
 * @throws TypeError when the guard was made without `metadata`
 */
export function resourceMetadata(guard: Guard): (request: Request) => Response {
  const respond = createMetadataResponder(guard)
  return (request) => respondWithMetadata(respond, request) ?? new Response(null, { status: 404 })
}
