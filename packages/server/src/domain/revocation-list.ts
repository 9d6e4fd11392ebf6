/** Which access tokens have ended before they expire, as the revocation feed names them (docs/decisions/0024). */
export interface RevocationList {
  /** Of the `jti` of each revoked token, the first characters. */
  readonly tokens: readonly string[]
  /** Of the id of each revoked grant, the first characters. */
  readonly grants: readonly string[]
  /** By the hash of `sub`: since when tokens count, in seconds since the epoch. */
  readonly subjects: Readonly<Record<string, number>>
  /** The same by `client_id`. */
  readonly clients: Readonly<Record<string, number>>
}
