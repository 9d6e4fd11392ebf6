/** The end of a session that a client is still to be told of (OpenID Connect Back-Channel Logout §2.5). */

export interface LogoutDelivery {
  readonly id: string
  readonly clientId: string
  /** The `sid` of the ID tokens that the client was given. */
  readonly sessionId: string
  readonly userId: string
  /** How often it was tried, the attempt under way included. */
  readonly attempts: number
}
