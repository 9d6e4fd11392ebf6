/** An embedded authorization server in Fastify. */
import type { Countersign } from '../handle/countersign.ts'
import { requireHandle } from './check-arguments.ts'
import type { FastifyHook } from './frameworks.ts'

export type { FastifyHook, FastifyReply, FastifyRequest } from './frameworks.ts'

/**
 * Serves Countersign's paths, and passes all others on: `app.addHook('onRequest', authorizationServer(countersign))`.
 * @throws OperationError `invalid`
 */
export function authorizationServer(countersign: Countersign): FastifyHook {
  requireHandle(countersign)
  return async (request, reply) => {
    if (!countersign.owns(request.originalUrl)) return undefined
    reply.hijack()
    countersign.serveNode(request.raw, reply.raw, request.originalUrl)
    return reply
  }
}
