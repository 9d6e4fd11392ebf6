/** The local record of a user that sessions, grants and tokens point to. */

export interface Subject {
  /** The `sub` of tokens: opaque for new users, as given for imported ones. */
  readonly id: string
  readonly isDisabled: boolean
  /** Seconds since the epoch. Access tokens that were issued before, or without `iat`, are rejected. 0: none. */
  readonly tokensValidFrom: number
  /** Counts the changes that end a login in flight: a new password, disabling, enabling. */
  readonly version: number
  /** Seconds since the epoch. */
  readonly createdAt: number
}
