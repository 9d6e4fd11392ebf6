/** Accounts of every kind, and what the server did about a login. */
import type { TestContext } from 'node:test'
import type { UserWithCredentials } from '../../src/domain/user.ts'
import type { TestServer } from './server.ts'
import { aUser, type UserFields } from './users.ts'

/** Adds a user as an import would: with whatever hash. */
export async function givenUser(
  { server, clock }: Pick<TestServer, 'server' | 'clock'>,
  user: UserFields & { readonly username: string },
): Promise<UserWithCredentials> {
  const complete = aUser(user.username, { createdAt: clock.now, updatedAt: clock.now, ...user })
  await server.context.store.users.insert([complete])
  return complete
}

/** Adds a user who can log in, for tests with more than tim. */
export async function givenPassword(
  { server, clock }: TestServer,
  username: string,
  password: string,
  fullName: string | null = null,
): Promise<UserWithCredentials> {
  const { passwords } = server.context
  return givenUser({ server, clock }, { username, fullName, passwordHash: await passwords.hash(password) })
}

/** Counts from now on the logins whose password was checked against a hash, be it a dummy. */
export function countChecks(test: TestContext, { server }: TestServer): () => number {
  let checks = 0
  const stop = server.context.traces.watch({
    show: ({ steps }) => {
      const check = steps.find((step) => step.name === 'authenticate_user')
      if (check && check.facts['reason'] !== 'logins_busy') checks++
    },
    end: () => {},
  })
  test.after(stop)
  return () => checks
}

/** The reasons of the requests that were rejected so far, oldest first, as the operator's log tells them. */
export function rejectionReasons({ log }: TestServer): readonly unknown[] {
  return log.filter((line) => line.message.startsWith('request ')).map((line) => line.facts['reason'])
}

/** The outcome of a login as any client sees it: everything but what differs between any two requests. */
export async function seenByClient(response: Response): Promise<{ status: number; headers: object; body: string }> {
  const { 'x-request-id': _id, date: _date, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, body: await response.text() }
}

/** Resolves when `holds` answers true; rejects after some 20 seconds. For what the server does after it has answered. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('what was waited for did not come about')
}
