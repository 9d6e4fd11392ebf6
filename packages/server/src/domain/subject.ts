/** The local record of a user that sessions, grants and tokens point to. */

const maxIdLength = 255

/** Why no user can have the id, as what follows `id` in a sentence; `undefined` when one can. Guard accepts these as the `sub` of a token. */
export function subjectIdProblem(id: string): string | undefined {
  if (id === '') return 'is empty'
  if (id.length > maxIdLength) return `is longer than ${maxIdLength} characters`
  if (!id.isWellFormed() || id.includes('\0')) return 'is not well-formed text'
  return /\p{Cc}/u.test(id) ? 'contains control characters' : undefined
}

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
