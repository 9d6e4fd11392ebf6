/** The users of the tests: tim, with a verified email address, and alice. They are not the users of the demo. */
import type { UserWithCredentials } from '../../src/domain/user.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { type DatabaseKind, migratedDatabase } from './databases.ts'
import type { Scope } from './scope.ts'
import { aUser } from './users.ts'

export const tim = { username: 'tim', password: 'tim1234' } as const
export const alice = { username: 'alice', password: 'secret' } as const

/** Finds the name of tim in a page, and not these letters in one of its random values. */
export const nameOfTim = /(?<![\w-])tim(?![\w-])/

/** Hashes of their passwords, with the scheme and the cost of the server, so that a login replaces none of them. */
const testUsers: readonly UserWithCredentials[] = [
  aUser(tim.username, {
    email: 'tim@gmail.com',
    isEmailVerified: true,
    fullName: 'Tim Ruscica',
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$x6QjNb5EpvzLyKVVq0CICw$jd7tFqxkMESKYFRJkCqPmEYzGUpEsXOlHAIidLBXyLA',
  }),
  aUser(alice.username, {
    fullName: 'Alice Wonderland',
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$NOTsPefsxusSbBY0XIyUsA$cQRc7i6gpVWk2z0vYFwogZjaUfVuL+Tz6GYhBLrIH2M',
  }),
]

/** Adds both, unless another server on the same database has added them. `now` is in seconds. */
export async function addTestUsers({ users }: Store, now: number): Promise<void> {
  const names = testUsers.map(({ subject, profile }) => ({ id: subject.id, username: profile.username }))
  const taken = await users.findTaken(names)
  if (taken.length === 0) await users.insert(testUsers.map((user) => madeAt(user, now)))
}

/** The URL of a fresh database with both, for a process; removed after `scope`. */
export async function databaseWithUsers(scope: Scope, kind: DatabaseKind, make = migratedDatabase): Promise<string> {
  const { url, remove } = await make(kind)
  scope.after(remove)
  const store = await openStore({ url, migrate: true })
  await addTestUsers(store, Math.floor(store.clock.now()))
  await store.close()
  return url
}

function madeAt({ subject, profile, credentials }: UserWithCredentials, now: number): UserWithCredentials {
  return { subject: { ...subject, createdAt: now }, profile: { ...profile, updatedAt: now }, credentials }
}
