/** A user as JSON: the members of an import, by the same names, and when the user was created and changed. */
import type { User } from '../../domain/user.ts'
import { time } from '../time.ts'

export function userJson({ subject, profile }: User): Readonly<Record<string, unknown>> {
  return {
    id: subject.id,
    username: profile.username,
    email: profile.email,
    email_verified: profile.isEmailVerified,
    full_name: profile.fullName,
    disabled: subject.isDisabled,
    ...profile.claims,
    created_at: time(subject.createdAt),
    updated_at: time(profile.updatedAt),
  }
}

export function stateOf({ subject }: Pick<User, 'subject'>): 'enabled' | 'disabled' {
  return subject.isDisabled ? 'disabled' : 'enabled'
}
