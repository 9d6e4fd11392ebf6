/** Users for tests of the store alone. */
import type { User } from '../../src/domain/user.ts'

/** A user with the fields that a test is about. */
export function aUser(id: string, fields: Partial<User> = {}): User {
  return {
    id,
    username: id,
    email: null,
    isEmailVerified: false,
    fullName: null,
    profile: {},
    passwordHash: null,
    isDisabled: false,
    isDemo: false,
    tokensValidFrom: 0,
    createdAt: 1_800_000_000,
    updatedAt: 1_800_000_000,
    ...fields,
  }
}
