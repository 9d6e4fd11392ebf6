/** A user who is logged in in a browser. */

export interface Session {
  /** The `sid` of ID tokens. It names the session and opens nothing. */
  readonly id: string
  readonly userId: string
  /** When the password was given. */
  readonly authenticatedAt: number
  /** The session of a browser that was selected last is its current one. */
  readonly selectedAt: number
  readonly lastSeenAt: number
  /** When it ends whatever happens. */
  readonly expiresAt: number
}

/** What a person answered on a page, for one authorization request in one browser. */
export type InteractionAnswer = 'login' | 'account' | 'another_account' | 'consent' | 'denied'
