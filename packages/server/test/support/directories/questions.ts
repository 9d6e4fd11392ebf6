/** What the tests of directories ask an open directory, and what they look at in its answers. */
import { verifyPassword } from '../../../src/passwords/verify-password.ts'
import type { Directory, DirectoryUser } from '../../../src/users/directories/directory.ts'
import { tealPassword } from './people.ts'

/** A signal that is aborted only when something hangs. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(10_000)
}

export function find(directory: Directory, username: string): ReturnType<Directory['find']> {
  return directory.find(username, soon())
}

export function all(directory: Directory): ReturnType<Directory['list']> {
  return directory.list(undefined, 100, soon())
}

/** The messages about what is wrong, without those that only inform. */
export async function problemsIn(directory: Directory): Promise<readonly string[]> {
  const findings = await directory.inspect(soon())
  return findings.filter(({ isProblem }) => isProblem).map(({ message }) => message)
}

export function facts(user: DirectoryUser | undefined): Pick<DirectoryUser, 'key' | 'email' | 'fullName'> | undefined {
  return user && { key: user.key, email: user.email, fullName: user.fullName }
}

/** Whether the hash of the user is one of `tealPassword`. */
export function hasPassword(user: DirectoryUser | undefined): boolean {
  return verifyPassword(user?.passwordHash ?? null, tealPassword).isMatch
}
