/** What proves who a user is. Apart from the profile, so that reading a user does not read the password hash. */

export interface Credentials {
  /** `null` when the user must set a password before the first login. */
  readonly passwordHash: string | null
  /** Whether it is one of the tutorial's users, whose passwords everyone knows. */
  readonly isDemo: boolean
}
