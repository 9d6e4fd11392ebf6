/** What a request that passed the guard may do, and for whom. */

/** Deeply frozen: one object may serve many requests. */
export interface Access {
  /** The subject: `sub`. In a client's own token it is the client's id (RFC 9068 §2.2). */
  readonly subject: string
  /** The client that the token was issued to: `client_id`. `undefined` when the token has none, as in the tutorial. */
  readonly clientId: string | undefined
  /** The granted scopes, each once, including those of `scopeHierarchy`; empty when the token has none. */
  readonly scopes: readonly string[]
  /** When the token expires, in seconds since the epoch; may have a fraction. `undefined` only when an introspection response has no `exp` (RFC 7662 §2.2). */
  readonly expiresAt: number | undefined
  /** The token's id: `jti`. */
  readonly tokenId: string | undefined
  /** All claims as signed, or as in the introspection response, without members named `__proto__`. */
  readonly claims: Readonly<Record<string, unknown>>
}
