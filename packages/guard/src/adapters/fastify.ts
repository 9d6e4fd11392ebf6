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
 * Lets through what the guard lets through, and answers the rest, before the body is read:
 * `app.get('/items', { onRequest: protect(guard, { scopes: ['items'] }) }, handler)`. The handler finds the result with `accessOf(request)`.
 */
export function protect(guard: Guard, requirement?: Requirement): FastifyHook {
  return async (request, reply) => {
    const checked = guardRequest(request.raw, request.originalUrl, () => trustedOriginOf(request))
    try {
      keepAccess(request, await guard.check(checked, requirement))
    } catch (error) {
      // Something else answered meanwhile, such as a timeout.
      if (reply.sent) return reply
      if (!isRejection(error)) throw error
      return reply.code(error.status).headers(error.headers).send(JSON.stringify(error.body))
    }
    return undefined
  }
}

/** Serves the guard's metadata (RFC 9728): `app.addHook('onRequest', resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): FastifyHook {
  const answers = createMetadataResponder(guard)
  return async (request, reply) => {
    const answer = answers(request.raw.method, pathOf(request.originalUrl))
    return answer && reply.code(answer.status).headers(answer.headers).send(answer.body)
  }
}
