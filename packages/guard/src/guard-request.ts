/** The part of a request that a guard reads. A web-standard `Request` is one. */
export interface GuardRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** The path with the query, where `url` is made only when it is read. @default `url` */
  readonly target?: string
  readonly headers: { readonly get: (name: string) => string | null }
  /** The original request, when a new `GuardRequest` is made for each check: the checks of one request share one DPoP proof. */
  readonly viewOf?: object
}
