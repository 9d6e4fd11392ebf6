/** What a request that passed the guard may do, and for whom. */

/** Frozen through and through: one object may serve many requests. */
export interface Access {
  /** Whom the token speaks for: `sub`; of a token that a client got for itself, the client's id (RFC 9068 §2.2). */
  readonly subject: string
  /** The client it was issued to: `client_id`. `undefined` when the token does not tell, as the tutorial's. */
  readonly clientId: string | undefined
  /** The granted scopes, each once, with those that they include (`scopeHierarchy`); empty when the token has none. */
  readonly scopes: readonly string[]
  /** When it ends, in seconds since the epoch. `undefined` only when an introspection endpoint does not tell (RFC 7662 §2.2). */
  readonly expiresAt: number | undefined
  /** The token's id: `jti`. */
  readonly tokenId: string | undefined
  /** All claims as signed, or as the introspection endpoint answered them, without members named `__proto__`. */
  readonly claims: Readonly<Record<string, unknown>>
}
