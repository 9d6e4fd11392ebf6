/** The users of the test kit. */
import type { UserWithCredentials } from '../domain/user.ts'
import type { PasswordPool } from '../passwords/pool.ts'
import type { ProfileFields } from '../users/profile-changes.ts'

export interface TestUser extends ProfileFields {
  readonly username: string
  /** @default the username */
  readonly id?: string
  /** The default makes the start faster: its hash is known. @default 'test-password' */
  readonly password?: string
  /** @default false */
  readonly isDisabled?: boolean
}

export const defaultPassword = 'test-password'

/** Of the default password, with the scheme and the cost of the server, so that a login replaces it by no other. */
const defaultHash = '$argon2id$v=19$m=19456,t=2,p=1$OD4jF6EWJFLFcAKPXvfDcA$fTkBTv1Xeke/5HDwWwoaawAJufcGnqEksBBIcKXPWSY'

/** `now` is in seconds since the epoch. */
export async function userOf(passwords: PasswordPool, user: TestUser, now: number): Promise<UserWithCredentials> {
  const { username, id = username, password = defaultPassword, isDisabled = false } = user
  const { email = null, isEmailVerified = false, fullName = null, claims = {} } = user
  const time = Math.floor(now)
  return {
    subject: { id, isDisabled, tokensValidFrom: 0, version: 1, createdAt: time },
    profile: { username, email, isEmailVerified, fullName, claims, updatedAt: time },
    credentials: {
      passwordHash: password === defaultPassword ? defaultHash : await passwords.hash(password),
      isDemo: false,
    },
  }
}
