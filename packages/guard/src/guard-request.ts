/** The part of a request that a guard looks at. A web-standard `Request` is one. */
export interface GuardRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: { readonly get: (name: string) => string | null }
  /** What this stands for, where it is made anew for each check: one request takes one DPoP proof, however often it is checked. */
  readonly viewOf?: object
}
