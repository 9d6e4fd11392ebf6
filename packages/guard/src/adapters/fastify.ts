/** The guard as a Fastify hook. */
import { Challenge } from '../challenge.ts'
import type { Guard, Requirement } from '../guard.ts'
import { keepAccess } from './access-of.ts'
import { metadataAnswers } from './metadata-answer.ts'
import { guardRequest, type NodeRequest, pathOf, type RoutedRequest, trustedOriginOf } from './node-request.ts'

export { accessOf } from './access-of.ts'

/** What Fastify's request has of use here. */
export interface FastifyRequest extends RoutedRequest {
  readonly raw: NodeRequest
}

/** What Fastify's reply has of use here. */
export interface FastifyReply {
  readonly code: (status: number) => FastifyReply
  readonly headers: (headers: Record<string, string>) => FastifyReply
  readonly send: (body?: string) => FastifyReply
}

export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

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
      if (!(error instanceof Challenge)) throw error
      return reply.code(error.status).headers(error.headers).send(JSON.stringify(error.body))
    }
    return undefined
  }
}

/** Serves the guard's metadata (RFC 9728): `app.addHook('onRequest', resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): FastifyHook {
  const answers = metadataAnswers(guard)
  return async (request, reply) => {
    const answer = answers(request.raw.method, pathOf(request.originalUrl))
    return answer && reply.code(answer.status).headers(answer.headers).send(answer.body)
  }
}
