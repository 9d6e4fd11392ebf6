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
 * Lets through what the guard lets through, and answers the rest: `app.get('/items', protect(guard, { scopes: ['items'] }), handler)`.
 * The handler finds the result with `accessOf(request)`. A request that something else answered meanwhile, such as a timeout, goes no further.
 */
export function protect(guard: Guard, requirement?: Requirement): ExpressMiddleware {
  return (request, response, next) => {
    const checked = guardRequest(request, request.originalUrl, () => trustedOriginOf(request))
    const pass = (access: Access): void => {
      if (response.headersSent) return
      keepAccess(request, access)
      next()
    }
    const refuse = (error: unknown): void => {
      if (response.headersSent) return
      if (isRejection(error)) response.status(error.status).set(error.headers).end(JSON.stringify(error.body))
      else next(error)
    }
    // Express 4 looks at no promise: what fails must reach `next`.
    guard.check(checked, requirement).then(pass, refuse).catch(next)
  }
}

/** Serves the guard's metadata (RFC 9728): `app.use(resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): ExpressMiddleware {
  const answers = createMetadataResponder(guard)
  return (request, response, next) => {
    const answer = answers(request.method, pathOf(request.originalUrl))
    if (!answer) return next()
    response.status(answer.status).set(answer.headers).end(answer.body)
  }
}
