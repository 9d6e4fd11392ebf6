/** The members of each framework's objects that the adapters use, so that no framework is imported, not even its types. */

/** Node's request, also that of HTTP/2. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values alternately, as received. */
  readonly rawHeaders: readonly string[]
  readonly socket: object
}

/** The members that Express and Fastify add to it. */
export interface RoutedRequest {
  /** As received: routers remove their own part from `url`. */
  readonly originalUrl: string
  /** By the app's settings for trusted proxies; the same for `host`. */
  readonly protocol: string
  readonly host: string | undefined
}

/** Express's request. In Express 4, `host` has no port, which matters only for DPoP. */
export type ExpressRequest = NodeRequest & RoutedRequest

/** Express's response. */
export interface ExpressResponse {
  readonly headersSent: boolean
  readonly status: (status: number) => ExpressResponse
  readonly set: (headers: Readonly<Record<string, string>>) => ExpressResponse
  readonly end: (body?: string) => unknown
}

/** Middleware for `app.use` and `app.get` of Express. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => void

/** Fastify's request. */
export interface FastifyRequest extends RoutedRequest {
  readonly raw: NodeRequest
}

/** Fastify's reply. */
export interface FastifyReply {
  readonly sent: boolean
  readonly code: (status: number) => FastifyReply
  readonly headers: (headers: Record<string, string>) => FastifyReply
  readonly send: (body?: string) => FastifyReply
}

/** A hook for Fastify's `onRequest`, `preParsing`, `preValidation` and `preHandler`. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
}

/** Middleware for `app.use` and `app.get` of Hono. */
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>

/** The response of Node's servers. */
export interface NodeResponse {
  readonly headersSent: boolean
  readonly writeHead: (status: number, headers: Record<string, string>) => { readonly end: NodeResponse['end'] }
  readonly end: (body: string) => unknown
}
