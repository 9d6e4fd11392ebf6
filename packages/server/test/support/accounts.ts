/** Accounts of every kind, and what the server did at a login. */
import type { TestContext } from 'node:test'
import type { UserWithCredentials } from '../../src/domain/user.ts'
import { patienceMs } from './patience.ts'
import type { TestServer } from './server.ts'
import { aUser, type UserFields } from './users.ts'

/** Adds a user as an import would, with any hash. */
export async function givenUser(
  { server, clock }: Pick<TestServer, 'server' | 'clock'>,
  user: UserFields & { readonly username: string },
): Promise<UserWithCredentials> {
  const complete = aUser(user.username, { createdAt: clock.now, updatedAt: clock.now, ...user })
  await server.context.store.users.insert([complete])
  return complete
}

/** Adds a user who can log in, for tests that need more than tim. */
export async function givenPassword(
  { server, clock }: TestServer,
  username: string,
  password: string,
  fullName: string | null = null,
): Promise<UserWithCredentials> {
  const { passwords } = server.context
  return givenUser({ server, clock }, { username, fullName, passwordHash: await passwords.hash(password) })
}

/** Counts from now on the passwords that the pool has checked against a hash, including a dummy hash. */
export function countChecks(test: TestContext, { server }: TestServer): () => number {
  let checks = 0
  const { passwords } = server.context
  const verify = passwords.verify.bind(passwords)
  test.mock.method(passwords, 'verify', async (hash: string | null, password: string) => {
    // Rejects, uncounted, when the pool has no room for the task.
    const verification = await verify(hash, password)
    checks++
    return verification
  })
  return () => checks
}

/** The reasons of the requests that were rejected so far, oldest first, as in the operator's log. */
export function rejectionReasons({ log }: TestServer): readonly unknown[] {
  return log.filter((line) => line.message.startsWith('request ')).map((line) => line.facts['reason'])
}

/** The outcome of a login as any client sees it: all but the parts that differ between any two requests. */
export async function seenByClient(response: Response): Promise<{ status: number; headers: object; body: string }> {
  const { 'x-request-id': _id, date: _date, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, body: await response.text() }
}

/** Resolves when `condition` returns true; rejects after two minutes. For what the server does after its response. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`the condition was not met in time: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
