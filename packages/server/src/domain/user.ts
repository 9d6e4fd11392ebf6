/** A person who logs in: a subject with a profile, and credentials that only a login reads. */
import type { Credentials } from './credentials.ts'
import type { Profile } from './profile.ts'
import type { Subject } from './subject.ts'

export interface User {
  readonly subject: Subject
  readonly profile: Profile
}

/** A user with what proves who they are. */
export interface UserWithCredentials extends User {
  readonly credentials: Credentials
}

/** As much of a user as every request with a token reads. */
export type TokenOwner = Pick<Subject, 'id' | 'isDisabled' | 'tokensValidFrom'> &
  Pick<Profile, 'username' | 'email' | 'fullName'>

/** What anyone but the server may see of a user: the tutorial's four fields. */
export interface PublicUser {
  readonly username: string
  readonly email: string | null
  readonly full_name: string | null
  readonly disabled: boolean
}

export function publicUser(user: TokenOwner): PublicUser {
  return { username: user.username, email: user.email, full_name: user.fullName, disabled: user.isDisabled }
}
