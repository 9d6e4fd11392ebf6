/** What the adapters use of each framework's request and answer: a few members, so that no framework is imported, not even its types. */

/** What Node's requests have, those of HTTP/2 included. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[]
  readonly socket: object
}

/** What Express and Fastify add to it. */
export interface RoutedRequest {
  /** As received: routers cut their own part off `url`. */
  readonly originalUrl: string
  /** As the app's settings for trusted proxies have it, and so is `host`. */
  readonly protocol: string
  readonly host: string | undefined
}

/** What Express's request has of use here. In Express 4, `host` comes without its port, which matters to DPoP alone. */
export type ExpressRequest = NodeRequest & RoutedRequest

/** What Express's response has of use here. */
export interface ExpressResponse {
  readonly headersSent: boolean
  readonly status: (status: number) => ExpressResponse
  readonly set: (headers: Readonly<Record<string, string>>) => ExpressResponse
  readonly end: (body?: string) => unknown
}

/** What `app.use` and `app.get` of Express take. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => void

/** What Fastify's request has of use here. */
export interface FastifyRequest extends RoutedRequest {
  readonly raw: NodeRequest
}

/** What Fastify's reply has of use here. */
export interface FastifyReply {
  readonly sent: boolean
  readonly code: (status: number) => FastifyReply
  readonly headers: (headers: Record<string, string>) => FastifyReply
  readonly send: (body?: string) => FastifyReply
}

/** What Fastify takes as `onRequest`, `preParsing`, `preValidation` and `preHandler`. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** What Hono's context has of use here. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
}

/** What `app.use` and `app.get` of Hono take. */
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>

/** What the response of Node's own servers has of use here. */
export interface NodeResponse {
  readonly headersSent: boolean
  readonly writeHead: (status: number, headers: Record<string, string>) => { readonly end: NodeResponse['end'] }
  readonly end: (body: string) => unknown
}
