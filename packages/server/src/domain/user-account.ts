/** A user as operators and the program around the server see them: without credentials. */
import type { Profile } from './profile.ts'
import type { User } from './user.ts'

export interface UserAccount extends Profile {
  /** The `sub` of the user's tokens. Never changes. */
  readonly id: string
  /** A disabled user cannot log in, and the user's tokens are rejected. */
  readonly isDisabled: boolean
  /** Seconds since the epoch. */
  readonly createdAt: number
}

export function accountOf({ subject, profile }: User): UserAccount {
  return { id: subject.id, ...profile, isDisabled: subject.isDisabled, createdAt: subject.createdAt }
}
