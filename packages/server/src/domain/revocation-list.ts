/** The revoked access tokens that have not expired, as the revocation feed lists them (docs/decisions/0024). */
export interface RevocationList {
  /** The first characters of the `jti` of each revoked token. */
  readonly tokens: readonly string[]
  /** The first characters of the id of each revoked grant. */
  readonly grants: readonly string[]
  /** By the hash of `sub`: the time from which tokens are valid, in seconds since the epoch. */
  readonly subjects: Readonly<Record<string, number>>
  /** The same by `client_id`. */
  readonly clients: Readonly<Record<string, number>>
  /** The `kid` of each revoked key: all its tokens are revoked. Left out when there is none. */
  readonly keys?: readonly string[]
  /** The time from which tokens are valid, of all subjects and clients. Left out unless the database was restored from a backup. */
  readonly not_before?: number
}
