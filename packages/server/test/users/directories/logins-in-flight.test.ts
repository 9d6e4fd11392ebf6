/** What happens to a directory's user while a login checks the password counts for the login too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../../../src/context.ts'
import type { OpenDirectory } from '../../../src/users/directories/open-directory.ts'
import { syncDirectory } from '../../../src/users/directories/sync-directory.ts'
import { removeUser } from '../../../src/users/remove-user.ts'
import { setPassword } from '../../../src/users/set-password.ts'
import { databaseKinds } from '../../support/databases.ts'
import { attempt, bea, failedCheck, password, startWithDirectories, whoIs } from '../../support/directory-logins.ts'
import { type ListedDirectory, listedDirectory } from '../../support/listed-directory.ts'
import { tokenByPassword } from '../../support/password-grant.ts'
import { patient } from '../../support/patience.ts'
import { pauseChecks } from '../../support/paused-checks.ts'

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
      const checks = pauseChecks(t, context, 2)
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
    const server = await startWithDirectories(t, [people], { database, ...patient })
    assert.equal((await attempt(server, 'bea')).status, 200)
    people.users = []
    await sync(server.server.context)
    people.users = [bea]
    const logins = await Promise.all(Array.from({ length: 4 }, () => attempt(server, 'bea')))
    assert.deepEqual(new Set(logins.map(({ status }) => status)), new Set([200]))
  })
}

for (const database of databaseKinds) {
  // Who is removed is new at the next login, which this one is.
  for (const [what, change] of changes.filter(([, change]) => change !== removeUser)) {
    test(`${database}: ${what} ends a login that began before the user was here`, async (t) => {
      const people = listedDirectory('people', [bea], { writable: true })
      const server = await startWithDirectories(t, [people], { database })
      const { context } = server.server
      const checks = pauseChecks(t, context, 2)
      const logins = [attempt(server, 'bea'), attempt(server, 'bea')]
      await checks.begun
      assert.equal((await attempt(server, 'bea')).status, 200)
      const { subjectId } = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
      await change(context, subjectId, people)
      checks.goOn()
      for (const login of logins) assert.equal((await login).status, 401)
    })
  }
}

for (const database of databaseKinds) {
  test(`${database}: an answer of the directory that is stored late does not bring back whom a later one ended`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const token = await tokenByPassword(server, { username: 'bea', password })
    const directory = context.directories?.byName('people') ?? assert.fail()
    const [answered, disabled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const late: OpenDirectory = {
      ...directory,
      read: async (keys) => {
        const users = await directory.read(keys)
        answered.resolve()
        await disabled.promise
        return users
      },
    }
    const synced = syncDirectory(context, late, () => {})
    await answered.promise
    people.users = [{ ...bea, isDisabled: true }]
    await sync(context)
    disabled.resolve()
    assert.deepEqual(await synced, { users: 1, ended: 0 })
    assert.equal((await whoIs(server, token)).status, 401)
    people.users = [bea]
    await sync(context)
    assert.equal((await whoIs(server, await tokenByPassword(server, { username: 'bea', password }))).status, 200)
  })
}

for (const database of databaseKinds) {
  for (const [what, change] of changes.filter(([, change]) => change !== removeUser)) {
    test(`${database}: ${what} ends a login by another name that the directory answers late`, async (t) => {
      const people = listedDirectory('people', [{ ...bea, alias: 'bee' }], { writable: true })
      const server = await startWithDirectories(t, [people], { database })
      const { context } = server.server
      assert.equal((await attempt(server, 'bea')).status, 200)
      const { subjectId } = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
      const directory = context.directories?.byName('people') ?? assert.fail()
      const { find } = directory
      const [answered, changed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      t.mock.method(directory, 'find', async (name: string) => {
        const found = await find(name)
        answered.resolve()
        await changed.promise
        return found
      })
      const login = attempt(server, 'bee')
      await answered.promise
      await change(context, subjectId, people)
      changed.resolve()
      assert.equal((await login).status, 401)
    })
  }
}

async function sync(context: Context): Promise<void> {
  await syncDirectory(context, context.directories?.byName('people') ?? assert.fail(), () => {})
}
