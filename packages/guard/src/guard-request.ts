/** The part of a request that a guard looks at. A web-standard `Request` is one. */
export interface GuardRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: { readonly get: (name: string) => string | null }
}
