/** The guard as Express middleware, for Express 4 and 5. */
import type { Access } from '../access.ts'
import type { Guard, Requirement } from '../guard.ts'
import { isRejection } from '../rejection.ts'
import { keepAccess } from './access-of.ts'
import type { ExpressMiddleware } from './frameworks.ts'
import { createMetadataResponder } from './metadata-response.ts'
import { guardRequest, pathOf, trustedOriginOf } from './node-request.ts'

export { accessOf } from './access-of.ts'
export type { ExpressMiddleware, ExpressRequest, ExpressResponse } from './frameworks.ts'

/**
 * Passes requests that the guard accepts, and responds to the others: `app.get('/items', protect(guard, { scopes: ['items'] }), handler)`.
 * The handler gets the result from `accessOf(request)`. When something else has responded in the meantime, such as a timeout, the request ends
 * here.
 */
export function protect(guard: Guard, requirement?: Requirement): ExpressMiddleware {
  return (request, response, next) => {
    const checked = guardRequest(request, request.originalUrl, () => trustedOriginOf(request))
    const pass = (access: Access): void => {
      if (response.headersSent) return
      keepAccess(request, access)
      next()
    }
    const reject = (error: unknown): void => {
      if (response.headersSent) return
      if (isRejection(error)) response.status(error.status).set(error.headers).end(JSON.stringify(error.body))
      else next(error)
    }
    // Express 4 ignores promises: errors must reach `next`.
    guard.check(checked, requirement).then(pass, reject).catch(next)
  }
}

/** Serves the guard's metadata (RFC 9728): `app.use(resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): ExpressMiddleware {
  const respond = createMetadataResponder(guard)
  return (request, response, next) => {
    const metadata = respond(request.method, pathOf(request.originalUrl))
    if (!metadata) return next()
    response.status(metadata.status).set(metadata.headers).end(metadata.body)
  }
}
