/** What a directory knows about a user. */

/** Further standard claims by their names on the wire (OIDC Core §5.1): `given_name`, `address`, ... */
export type ProfileClaims = Readonly<Record<string, unknown>>

export interface Profile {
  readonly username: string
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly fullName: string | null
  readonly claims: ProfileClaims
  /** Seconds since the epoch. */
  readonly updatedAt: number
}
