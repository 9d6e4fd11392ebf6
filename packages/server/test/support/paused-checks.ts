/** Logins whose password is being checked, until the test lets them go on. */
import type { TestContext } from 'node:test'
import type { Context } from '../../src/context.ts'
import { password } from './directory-logins.ts'

/** Stops the next `count` checks of the password of directories' users. All have begun when `begun` resolves. */
export function pauseChecks(
  test: TestContext,
  { passwords }: Context,
  count: number,
): { readonly begun: Promise<void>; readonly goOn: () => void } {
  const { verify } = passwords
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let checks = 0
  test.mock.method(passwords, 'verify', async (hash: string | null, given: string) => {
    const isPaused = given === password && ++checks <= count
    if (checks === count) begun.resolve()
    if (isPaused) await end.promise
    return await verify.call(passwords, hash, given)
  })
  return { begun: begun.promise, goOn: end.resolve }
}
