/** What happens to a directory's user while a login checks the password counts for the login too. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Context } from '../../../src/context.ts'
import { syncDirectory } from '../../../src/users/directories/sync-directory.ts'
import { removeUser } from '../../../src/users/remove-user.ts'
import { setPassword } from '../../../src/users/set-password.ts'
import { databaseKinds } from '../../support/databases.ts'
import { attempt, bea, failedCheck, password, startWithDirectories } from '../../support/directory-logins.ts'
import { type ListedDirectory, listedDirectory } from '../../support/listed-directory.ts'

const changes: readonly (readonly [
  what: string,
  (context: Context, id: string, people: ListedDirectory) => unknown,
])[] = [
  ['a new password (C18)', (context, id) => setPassword(context, id, 'a new password, at last')],
  ['the removal of the user', removeUser],
  [
    'what the directory says later',
    async (context, _id, people) => {
      people.users = [{ ...bea, isDisabled: true }]
      await sync(context)
    },
  ],
]

for (const database of databaseKinds) {
  for (const [what, change] of changes) {
    test(`${database}: ${what} ends a login whose password is being checked`, async (t) => {
      const people = listedDirectory('people', [{ ...bea, alias: 'bee' }], { writable: true })
      const server = await startWithDirectories(t, [people], { database })
      const { context } = server.server
      assert.equal((await attempt(server, 'bea')).status, 200)
      const { subjectId } = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
      const checks = pauseChecks(t, context)
      const logins = [attempt(server, 'bea'), attempt(server, 'bee')]
      await checks.begun
      await change(context, subjectId, people)
      checks.goOn()
      for (const login of logins) {
        const response = await login
        assert.equal(response.status, 401)
        assert.equal((await failedCheck(server, response))['reason'], 'user_changed')
      }
      const { isOut } = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? {}
      assert.equal(isOut, people.users[0]?.isDisabled ? true : what.startsWith('the removal') ? undefined : false)
    })
  }
}

for (const database of databaseKinds) {
  test(`${database}: four logins at once of a user who is back in the directory all succeed`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    assert.equal((await attempt(server, 'bea')).status, 200)
    people.users = []
    await sync(server.server.context)
    people.users = [bea]
    const logins = await Promise.all(Array.from({ length: 4 }, () => attempt(server, 'bea')))
    assert.deepEqual(new Set(logins.map(({ status }) => status)), new Set([200]))
  })
}

async function sync(context: Context): Promise<void> {
  await syncDirectory(context, context.directories?.byName('people') ?? assert.fail(), () => {})
}

/** Stops the checks of the password until it is told to go on. Two have begun when `begun` resolves. */
function pauseChecks(test: TestContext, { passwords }: Context) {
  const { verify } = passwords
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let checks = 0
  test.mock.method(passwords, 'verify', async (hash: string | null, given: string) => {
    if (given === password && ++checks === 2) begun.resolve()
    await end.promise
    return await verify.call(passwords, hash, given)
  })
  return { begun: begun.promise, goOn: end.resolve }
}
