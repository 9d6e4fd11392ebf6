/** The names that a directory's user logs in with, and the groups that the directory puts the user in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { unlockUser } from '../../../src/login/unlock-user.ts'
import { addUser } from '../../../src/users/add-user.ts'
import { addMember } from '../../../src/users/groups/groups.ts'
import { databaseKinds } from '../../support/databases.ts'
import {
  attempt,
  bea,
  carl,
  failedCheck,
  password,
  passwordHash,
  startWithDirectories,
  whoIs,
} from '../../support/directory-logins.ts'
import { listedDirectory } from '../../support/listed-directory.ts'
import { tokenByPassword } from '../../support/password-grant.ts'
import { tim } from '../../support/people.ts'

for (const database of databaseKinds) {
  test(`C4 ${database}: all names of a directory's user share one budget`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bea.berg' }])
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 3 })
    for (const name of ['bea', 'bea.berg', 'BEA.BERG']) await attempt(server, name, 'wrong')
    for (const name of ['bea', 'bea.berg']) {
      const response = await attempt(server, name)
      assert.equal(response.status, 401)
      assert.equal((await failedCheck(server, response))['reason'], 'account_throttled')
    }
    server.clock.now += 901
    for (const name of ['bea', 'bea.berg', 'bea']) assert.equal((await attempt(server, name)).status, 200)
  })

  test(`${database}: twelve attempts at once by two names of one user all end`, async (t) => {
    const first = listedDirectory('first', [{ ...bea, username: 'b', alias: 'a' }])
    const server = await startWithDirectories(t, [first], { database, accountFailureLimit: 1 })
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, index) => attempt(server, index % 2 === 0 ? 'a' : 'b', 'wrong')),
    )
    assert.ok(responses.every(({ status }) => status === 401))
  })

  test(`${database}: a user who has logged in may type the verified address, as long as the directory says it`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    assert.equal((await attempt(server, 'bea@example.com')).status, 401)
    const first = await tokenByPassword(server, { username: 'bea', password })
    const second = await tokenByPassword(server, { username: 'Bea@Example.com', password })
    assert.equal(decodeJwt(second).sub, decodeJwt(first).sub)
    people.users[0] = { ...bea, email: 'other@example.com' }
    assert.equal((await attempt(server, 'bea@example.com')).status, 401)
    people.users[0] = { ...bea, isEmailVerified: false }
    assert.equal((await attempt(server, 'bea@example.com')).status, 401)
  })

  test(`${database}: another name of a user leads to no username that belongs to somebody in an earlier place`, async (t) => {
    const first = listedDirectory('first', [bea])
    const second = listedDirectory('second', [
      { key: 's1', username: 'bea', alias: 'bee', passwordHash },
      { key: 's2', username: 'tim', alias: 'timmy', passwordHash },
    ])
    const server = await startWithDirectories(t, [first, second], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    for (const name of ['bee', 'timmy']) {
      const response = await attempt(server, name)
      assert.equal(response.status, 401)
      assert.equal((await failedCheck(server, response))['reason'], 'directory_conflict')
    }
    assert.equal((await whoIs(server, token)).body['username'], 'bea')
    first.users.pop()
    assert.equal((await attempt(server, 'bee')).status, 200)
  })

  test(`C4 ${database}: a login by another name gives no attempts back to the user who has the username`, async (t) => {
    const people = listedDirectory('people', [{ key: 'p1', username: 'tim', alias: 'timmy', passwordHash }])
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 3 })
    for (const guess of ['one', 'two']) {
      await attempt(server, 'tim', guess)
      await attempt(server, 'timmy')
    }
    await attempt(server, 'tim', 'three')
    const response = await attempt(server, 'tim', 'four')
    assert.equal((await failedCheck(server, response))['reason'], 'account_throttled')
  })

  test(`${database}: with addresses alone, nobody logs in from a directory with a name that is none`, async (t) => {
    const first = listedDirectory('first', [bea])
    const second = listedDirectory('second', [
      { key: 's1', username: 'bea', alias: 'bea@second.example', passwordHash },
    ])
    const server = await startWithDirectories(t, [first, second], { database, loginWith: ['email'] })
    const { context } = server.server
    assert.equal((await attempt(server, 'bea')).status, 401)
    assert.deepEqual(first.calls, [])
    first.users[0] = { ...bea, alias: 'bea@example.com' }
    assert.equal((await attempt(server, 'bea@example.com')).status, 200)
    const response = await attempt(server, 'bea@second.example')
    assert.equal(response.status, 401)
    assert.equal((await failedCheck(server, response))['reason'], 'directory_conflict')
    assert.equal((await context.store.users.findByUsername('bea'))?.profile.fullName, 'Bea Berg')
  })

  test(`${database}: a user who is renamed to an address that one of ours has verified keeps the former name`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    people.users[0] = { ...bea, username: 'tim@gmail.com' }
    server.clock.now += 61
    assert.equal((await whoIs(server, token)).body['username'], 'bea')
    assert.equal((await attempt(server, 'tim@gmail.com', tim.password)).status, 200)
    people.users[0] = { ...bea, username: 'bea@example.com' }
    server.clock.now += 61
    assert.equal((await whoIs(server, token)).body['username'], 'bea@example.com')
  })

  test(`${database}: an account whose attempts are used up is no reason to ask a directory`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bee' }])
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 1 })
    await attempt(server, 'bea', 'wrong')
    const before = people.calls.length
    const response = await attempt(server, 'bea')
    assert.equal((await failedCheck(server, response))['reason'], 'account_throttled')
    assert.equal(people.calls.length, before)
    people.isDown = true
    assert.equal((await attempt(server, 'bea')).status, 401)
  })

  test(`${database}: other names of such an account ask the directory no more often`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bee' }])
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 1 })
    await attempt(server, 'bea')
    await attempt(server, 'bea', 'wrong')
    const before = people.calls.length
    for (let count = 0; count < 5; count++) assert.equal((await attempt(server, 'bee')).status, 401)
    assert.deepEqual(people.calls.slice(before), ['find', 'read'])
    const { subjectId } = (await server.server.context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
    await unlockUser(server.server.context, subjectId)
    assert.equal((await attempt(server, 'bee')).status, 200)
  })

  test(`${database}: the address of such an account asks no more often, when the directory has renamed the user`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 1 })
    await attempt(server, 'bea')
    people.users = [
      { ...bea, username: 'beata' },
      { ...carl, username: 'bea' },
    ]
    await attempt(server, 'beata', 'wrong')
    const before = people.calls.length
    for (let count = 0; count < 3; count++) assert.equal((await attempt(server, 'bea@example.com')).status, 401)
    assert.deepEqual(people.calls.slice(before), ['find', 'read'])
    assert.equal((await attempt(server, 'bea')).status, 200)
  })

  test(`${database}: other names are free again when the attempts of the account are`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bee' }])
    const options = { database, accountFailureLimit: 1, failureWindow: 300 }
    const server = await startWithDirectories(t, [people], options)
    await attempt(server, 'bea', 'wrong')
    server.clock.now += 200
    await attempt(server, 'bee')
    server.clock.now += 101
    assert.equal((await attempt(server, 'bee')).status, 200)
    await attempt(server, 'bea', 'wrong')
    people.users = [bea, { ...carl, username: 'bee' }]
    assert.equal((await attempt(server, 'bee')).status, 401)
    server.clock.now += 200
    assert.equal((await attempt(server, 'bee')).status, 200)
  })

  test(`${database}: another name that one of our own users has by now counts for that user`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, alias: 'bee' }])
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 2, failureWindow: 300 })
    for (let count = 0; count < 2; count++) await attempt(server, 'bea', 'wrong')
    server.clock.now += 200
    await attempt(server, 'bee')
    await addUser(server.server.context, { username: 'bee', password: 'a password of bee' })
    assert.equal((await attempt(server, 'bee', 'a password of bee')).status, 200)
    server.clock.now += 101
    await attempt(server, 'bea', 'wrong')
    assert.equal((await attempt(server, 'bee', 'a password of bee')).status, 200)
    await attempt(server, 'bea', 'wrong')
    assert.equal((await attempt(server, 'bea')).status, 401)
  })

  test(`${database}: groups follow the directory, beside those that were given here`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, groups: ['staff', 'oslo', 'a\tb'] }])
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const id = String(decodeJwt(await tokenByPassword(server, { username: 'bea', password })).sub)
    const groups = () => context.store.groups.ofUser(id)
    assert.deepEqual(await groups(), ['oslo', 'staff'])
    await addMember(context, 'staff', id)
    people.users[0] = { ...bea, groups: ['bergen'] }
    server.clock.now += 61
    await server.get('/users/me', {
      authorization: `Bearer ${await server.accessToken(id)}`,
    })
    assert.deepEqual(await groups(), ['bergen', 'staff'])
  })

  test(`${database}: the groups of a user who is taken over are the user's own`, async (t) => {
    const people = listedDirectory('people', [{ ...bea, groups: ['staff'] }], { migrate: 'on-login' })
    const server = await startWithDirectories(t, [people], { database })
    const { store } = server.server.context
    const id = String(decodeJwt(await tokenByPassword(server, { username: 'bea', password })).sub)
    assert.deepEqual(await store.groups.sources('staff', id), ['own'])
  })
}
