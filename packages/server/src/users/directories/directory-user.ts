/** Makes a user of what a directory has stored: strangers wrote it, so every value is checked. */
import { changeClaims } from '../../domain/change-claims.ts'
import type { ProfileClaims } from '../../domain/profile.ts'
import { emailProblem, line } from '../../domain/profile-claim.ts'
import { usernameProblem } from '../../domain/username.ts'
import type { DirectoryUser } from './directory.ts'

/** What a kind of directory has read, of any type. Members that are left out are nothing. */
export interface StoredFields {
  readonly key: unknown
  readonly sub?: unknown
  readonly username: unknown
  readonly email?: unknown
  readonly isEmailVerified?: unknown
  readonly fullName?: unknown
  /** By the names of the claims (OIDC Core §5.1). */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly groups?: unknown
  /** The kind of directory decides, from all fields that may say so. */
  readonly isDisabled: boolean
  readonly passwordHash?: unknown
}

/** The entry is no user that can log in here. The message is for the operator: what is wrong, without a value that is secret. */
export class UnusableEntry extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnusableEntry'
  }
}

/** As in the `sub` of a token (OIDC Core §2). */
const maxIdLength = 255
const maxGroups = 1000
const maxGroupLength = 255

/**
 * Optional fields that no user of ours could have are left out: a user with a strange telephone number logs in without it.
 * @throws UnusableEntry when the key, the sub or the username cannot be used
 */
export function toDirectoryUser(stored: StoredFields): DirectoryUser {
  const { key, sub, username, email, isEmailVerified, fullName, claims = {}, groups, isDisabled, passwordHash } = stored
  const address = typeof email === 'string' && emailProblem(email) === undefined ? email : null
  return {
    key: requireId('key', key),
    sub: sub === undefined || sub === null ? undefined : requireId('sub', sub),
    username: requireUsername(username),
    email: address,
    isEmailVerified: address !== null && isEmailVerified === true,
    fullName: typeof fullName === 'string' && fullName !== '' && line(fullName) === undefined ? fullName : null,
    claims: usableClaims(claims),
    groups: usableGroups(groups),
    isDisabled,
    passwordHash: typeof passwordHash === 'string' && passwordHash !== '' ? passwordHash : null,
  }
}

function requireId(field: string, value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  if (typeof text !== 'string' || text === '') throw new UnusableEntry(`has no ${field}`)
  if (text.length > maxIdLength || line(text) !== undefined) {
    throw new UnusableEntry(`has a ${field} that is longer than ${maxIdLength} characters or has control characters`)
  }
  return text
}

function requireUsername(value: unknown): string {
  if (typeof value !== 'string') throw new UnusableEntry('has no username')
  const problem = usernameProblem(value)
  if (problem !== undefined) throw new UnusableEntry(`has a username that ${problem}`)
  return value
}

function usableClaims(claims: Readonly<Record<string, unknown>>): ProfileClaims {
  const usable = Object.entries(claims).filter(([name, value]) => !changeClaims({}, { [name]: value }).problems)
  return changeClaims({}, Object.fromEntries(usable)).claims ?? {}
}

function usableGroups(groups: unknown): readonly string[] {
  if (!Array.isArray(groups)) return []
  const names = groups.filter(
    (name): name is string =>
      typeof name === 'string' && name !== '' && name.length <= maxGroupLength && line(name) === undefined,
  )
  return [...new Set(names)].slice(0, maxGroups)
}
