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

/** What can change in a profile. Members that are left out stay. */
export type ProfileChanges = Partial<Omit<Profile, 'username' | 'updatedAt'>>

/** The profile with the changes. Another e-mail address is not verified unless they say so. */
export function changedProfile(profile: Profile, changes: ProfileChanges): Profile {
  const { email = profile.email, fullName = profile.fullName, claims = profile.claims } = changes
  const { isEmailVerified = email === profile.email && profile.isEmailVerified } = changes
  return { ...profile, email, isEmailVerified, fullName, claims }
}
