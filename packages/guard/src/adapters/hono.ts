/** The guard as Hono middleware. */

import type { Guard, Requirement } from '../guard.ts'
import { isRejection } from '../rejection.ts'
import { keepAccess } from './access-of.ts'
import type { HonoMiddleware } from './frameworks.ts'
import { createMetadataResponder, metadataResponse } from './metadata-response.ts'

export { accessOf } from './access-of.ts'
export type { HonoContext, HonoMiddleware } from './frameworks.ts'

/**
 * Lets through what the guard lets through, and answers the rest: `app.get('/items', protect(guard, { scopes: ['items'] }), handler)`.
 * The handler finds the result with `accessOf(context)`.
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
  const answers = createMetadataResponder(guard)
  return async (context, next) => {
    const response = metadataResponse(answers, context.req.raw)
    if (!response) await next()
    return response
  }
}
