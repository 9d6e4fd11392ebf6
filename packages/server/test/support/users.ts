/** Users for tests of the store. */
import type { Credentials } from '../../src/domain/credentials.ts'
import type { Profile } from '../../src/domain/profile.ts'
import type { Subject } from '../../src/domain/subject.ts'
import type { UserWithCredentials } from '../../src/domain/user.ts'

/** The fields of all three parts of a user. */
export type UserFields = Partial<Subject & Profile & Credentials>

/** A user with these fields. */
export function aUser(id: string, fields: UserFields = {}): UserWithCredentials {
  const time = 1_800_000_000
  const { isDisabled = false, tokensValidFrom = 0, version = 1, createdAt = time } = fields
  const { username = id, email = null, isEmailVerified = false, fullName = null, claims = {} } = fields
  const { updatedAt = time, passwordHash = null, isDemo = false } = fields
  return {
    subject: { id: fields.id ?? id, isDisabled, tokensValidFrom, version, createdAt },
    profile: { username, email, isEmailVerified, fullName, claims, updatedAt },
    credentials: { passwordHash, isDemo },
  }
}
