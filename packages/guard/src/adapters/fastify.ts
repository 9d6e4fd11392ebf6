/** The guard as a Fastify hook. */
import type { Guard, Requirement } from '../guard.ts'
import { isRejection } from '../rejection.ts'
import { keepAccess } from './access-of.ts'
import type { FastifyHook } from './frameworks.ts'
import { createMetadataResponder } from './metadata-response.ts'
import { guardRequest, pathOf, trustedOriginOf } from './node-request.ts'

export { accessOf } from './access-of.ts'
export type { FastifyHook, FastifyReply, FastifyRequest } from './frameworks.ts'

/**
 * Passes requests that the guard accepts, and responds to the others, before the body is read:
 * `app.get('/items', { onRequest: protect(guard, { scopes: ['items'] }) }, handler)`. The handler gets the result from `accessOf(request)`.
 */
export function protect(guard: Guard, requirement?: Requirement): FastifyHook {
  return async (request, reply) => {
    const checked = guardRequest(request.raw, request.originalUrl, () => trustedOriginOf(request))
    try {
      keepAccess(request, await guard.check(checked, requirement))
    } catch (error) {
      // Something else has responded in the meantime, such as a timeout.
      if (reply.sent) return reply
      if (!isRejection(error)) throw error
      return reply.code(error.status).headers(error.headers).send(JSON.stringify(error.body))
    }
    return undefined
  }
}

/** Serves the guard's metadata (RFC 9728): `app.addHook('onRequest', resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): FastifyHook {
  const respond = createMetadataResponder(guard)
  return async (request, reply) => {
    const metadata = respond(request.raw.method, pathOf(request.originalUrl))
    return metadata && reply.code(metadata.status).headers(metadata.headers).send(metadata.body)
  }
}
