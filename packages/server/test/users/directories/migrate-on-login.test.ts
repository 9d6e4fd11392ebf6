/** migrate 'on-login': a directory's users become users of ours as they log in. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Context } from '../../../src/context.ts'
import { disableUser } from '../../../src/users/disable-user.ts'
import { plain } from '../../../src/users/import/formats/plain.ts'
import { importUsers } from '../../../src/users/import/import-users.ts'
import { removeUser } from '../../../src/users/remove-user.ts'
import { setPassword } from '../../../src/users/set-password.ts'
import { databaseKinds } from '../../support/databases.ts'
import {
  attempt,
  bea,
  carl,
  password,
  passwordHash,
  startWithDirectories,
  whoIs,
} from '../../support/directory-logins.ts'
import { rowsOf } from '../../support/imports.ts'
import { listedDirectory } from '../../support/listed-directory.ts'
import { tokenByPassword } from '../../support/password-grant.ts'
import { pauseChecks } from '../../support/paused-checks.ts'

/** As `users import --skip-invalid` does. */
async function importBoth(context: Context) {
  const records = ['bea', 'carl'].map((username) => ({ username, hashed_password: passwordHash }))
  const options = { format: plain, skipsInvalid: true }
  const { imported, rejected } = await importUsers(context, () => rowsOf(records), options)
  return { imported, rejected }
}

for (const database of databaseKinds) {
  test(`${database}: migrate on-login takes a user over, who needs the directory no more`, async (t) => {
    const people = listedDirectory('people', [bea, carl], { migrate: 'on-login', checksPasswords: true })
    const server = await startWithDirectories(t, [people], { database })
    const first = await tokenByPassword(server, { username: 'bea', password })
    people.users.length = 0
    people.isDown = true
    server.clock.now += 61
    assert.equal((await whoIs(server, first)).status, 200)
    const second = await tokenByPassword(server, { username: 'bea', password })
    assert.equal(decodeJwt(second).sub, decodeJwt(first).sub)
    assert.equal((await attempt(server, 'bea', 'wrong')).status, 401)
    const { store } = server.server.context
    assert.deepEqual(await store.directoryLinks.count('people'), { linked: 0, out: 0, migrated: 1 })
    await setPassword(server.server.context, String(decodeJwt(first).sub), 'a new password, at last')
    assert.equal((await attempt(server, 'bea')).status, 401)
  })

  test(`C18 ${database}: no name opens a user who was taken over with the directory's password`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bee' }], { migrate: 'on-login', checksPasswords: true })
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const id = String(decodeJwt(await tokenByPassword(server, { username: 'bea', password })).sub)
    const next = 'a new password, at last'
    await setPassword(context, id, next)
    for (const name of ['bea', 'bee']) assert.equal((await attempt(server, name)).status, 401)
    assert.equal((await attempt(server, 'bea', next)).status, 200)
  })

  test(`C18 ${database}: a login of the same time does not bring the directory's password back over a new one`, async (t) => {
    const people = listedDirectory('people', [bea], { migrate: 'on-login', checksPasswords: true })
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const { hash } = context.passwords
    const [bothMatched, passwordSet] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let taking = 0
    t.mock.method(context.passwords, 'hash', async (given: string) => {
      if (given === password && ++taking === 2) {
        bothMatched.resolve()
        await passwordSet.promise
      }
      await bothMatched.promise
      return await hash.call(context.passwords, given)
    })
    const [first, second] = [attempt(server, 'bea'), attempt(server, 'bea')]
    const { access_token } = JSON.parse(await (await Promise.race([first, second])).text())
    const next = 'a new password, at last'
    await setPassword(context, String(decodeJwt(access_token).sub), next)
    passwordSet.resolve()
    await Promise.all([first, second])
    assert.equal((await attempt(server, 'bea')).status, 401)
    assert.equal((await attempt(server, 'bea', next)).status, 200)
  })

  test(`${database}: an import adds those who were not taken over, and the directory can go`, async (t) => {
    const people = listedDirectory('people', [bea, carl], { migrate: 'on-login' })
    const former = await startWithDirectories(t, [people], { database })
    await tokenByPassword(former, { username: 'bea', password })
    assert.deepEqual(await importBoth(former.server.context), { imported: 1, rejected: 1 })
    const server = await startWithDirectories(t, [], { databaseUrl: former.databaseUrl })
    for (const username of ['bea', 'carl']) assert.equal((await attempt(server, username)).status, 200, username)
  })

  test(`${database}: an import brings users back who logged in from a directory that is gone, once they are deleted`, async (t) => {
    const former = await startWithDirectories(t, [listedDirectory('people', [bea, carl])], { database })
    const id = String(decodeJwt(await tokenByPassword(former, { username: 'bea', password })).sub)
    const server = await startWithDirectories(t, [], { databaseUrl: former.databaseUrl })
    const { context } = server.server
    assert.deepEqual(await importBoth(context), { imported: 1, rejected: 1 })
    assert.equal((await attempt(server, 'bea')).status, 401)
    await removeUser(context, id)
    assert.deepEqual(await importBoth(context), { imported: 1, rejected: 0 })
    assert.equal((await attempt(server, 'bea')).status, 200)
  })

  for (const [what, change] of [
    ['a new password', (context: Context, id: string) => setPassword(context, id, 'a new password, at last')],
    ['the operator who disables the user', disableUser],
  ] as const) {
    test(`C18 ${database}: a login that has begun before does not take a user over past ${what}`, async (t) => {
      const people = listedDirectory('people', [bea], { migrate: 'on-login', writable: true })
      const server = await startWithDirectories(t, [people], { database })
      const { context } = server.server
      const taking = pauseHashesOf(t, context, password)
      const login = attempt(server, 'bea')
      await taking.begun
      const { subjectId } = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
      await change(context, subjectId)
      taking.goOn()
      await login
      assert.deepEqual(await context.store.directoryLinks.count('people'), { linked: 1, out: 0, migrated: 0 })
      assert.equal((await attempt(server, 'bea')).status, 401)
    })
  }

  test(`${database}: a login of the same time brings no group back into the directory's hands`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, groups: ['staff'] }], { migrate: 'on-login' })
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const checking = pauseChecks(t, context, 1)
    const slow = attempt(server, 'bea')
    await checking.begun
    const { sub } = decodeJwt(await tokenByPassword(server, { username: 'bea', password }))
    checking.goOn()
    assert.equal((await slow).status, 200)
    assert.deepEqual(await context.store.groups.sources('staff', String(sub)), ['own'])
  })

  test(`C18 ${database}: a new password counts for a user whom a login takes over meanwhile`, async (t) => {
    const people = listedDirectory('people', [bea], { migrate: 'on-login', writable: true })
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const next = 'a new password, at last'
    const [setting, taking] = [pauseHashesOf(t, context, next), pauseHashesOf(t, context, password)]
    const login = attempt(server, 'bea')
    await taking.begun
    const { subjectId } = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
    const set = setPassword(context, subjectId, next)
    await setting.begun
    taking.goOn()
    await login
    setting.goOn()
    await set
    assert.equal((await attempt(server, 'bea')).status, 401)
    assert.equal((await attempt(server, 'bea', next)).status, 200)
  })
}

/** Stops the hashes of a password that is to be stored, until it is told to go on. */
function pauseHashesOf(test: TestContext, { passwords }: Context, paused: string) {
  const { hash } = passwords
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  test.mock.method(passwords, 'hash', async (given: string) => {
    if (given === paused) {
      begun.resolve()
      await end.promise
    }
    return await hash.call(passwords, given)
  })
  return { begun: begun.promise, goOn: end.resolve }
}
