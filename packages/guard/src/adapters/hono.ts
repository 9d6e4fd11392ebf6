/** The guard as Hono middleware. */
import type { Guard, Requirement } from '../guard.ts'
import { isRejection } from '../rejection.ts'
import { keepAccess } from './access-of.ts'
import type { HonoMiddleware } from './frameworks.ts'
import { createMetadataResponder, respondWithMetadata } from './metadata-response.ts'

export { accessOf } from './access-of.ts'
export type { HonoContext, HonoMiddleware } from './frameworks.ts'

/**
 * Passes requests that the guard accepts, and responds to the others: `app.get('/items', protect(guard, { scopes: ['items'] }), handler)`.
 * The handler gets the result from `accessOf(context)`.
 */
export function protect(guard: Guard, requirement?: Requirement): HonoMiddleware {
  return async (context, next) => {
    try {
      keepAccess(context, await guard.check(context.req.raw, requirement))
    } catch (error) {
      if (isRejection(error)) return error.toResponse()
      throw error
    }
    await next()
    return undefined
  }
}

/** Serves the guard's metadata (RFC 9728): `app.use(resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): HonoMiddleware {
  const respond = createMetadataResponder(guard)
  return async (context, next) => {
    const response = respondWithMetadata(respond, context.req.raw)
    if (!response) await next()
    return response
  }
}
