/** A logout token that is still to be sent to a client (OpenID Connect Back-Channel Logout §2.5). */

export interface LogoutDelivery {
  readonly id: string
  readonly clientId: string
  /** The `sid` of the client's ID tokens. */
  readonly sessionId: string
  readonly userId: string
  /** The number of attempts, the running one included. */
  readonly attempts: number
}
