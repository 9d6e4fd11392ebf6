/** The members of each framework's objects that the adapters use, so that no framework is imported, not even its types. */
import type { NodeRequest, NodeResponse } from '../handle/countersign.ts'

/** Express's request. Routers remove their own part from its `url`. */
export interface ExpressRequest extends NodeRequest {
  readonly originalUrl: string
}

/** Middleware for `app.use` of Express. */
export type ExpressMiddleware = (request: ExpressRequest, response: NodeResponse, next: () => void) => void

export interface FastifyRequest {
  readonly raw: NodeRequest
  readonly originalUrl: string
}

export interface FastifyReply {
  readonly raw: NodeResponse
  readonly hijack: () => unknown
}

/** A hook for Fastify's `onRequest`. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

export interface HonoContext {
  readonly req: { readonly raw: Request }
  /** What the runtime passes: Node's request and response, for example. */
  readonly env: unknown
}

/** Middleware for `app.use` of Hono. */
export type HonoMiddleware<Context extends HonoContext = HonoContext> = (
  context: Context,
  next: () => Promise<void>,
) => Promise<Response | undefined>
