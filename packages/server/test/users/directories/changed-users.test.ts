/** Users of directories who are disabled, deleted, renamed or replaced after they logged in: their tokens, their sub, and the revocation feed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { confirmInUse } from '../../../src/users/directories/watch-directories.ts'
import { disableUser, enableUser } from '../../../src/users/disable-user.ts'
import { exchange, logIn, userAgentOf, webApp } from '../../support/code-flow.ts'
import { databaseKinds } from '../../support/databases.ts'
import {
  attempt,
  bea,
  carl,
  failedCheck,
  password,
  startWithDirectories,
  whoIs,
} from '../../support/directory-logins.ts'
import { type ListedDirectory, listedDirectory } from '../../support/listed-directory.ts'
import { tokenByPassword } from '../../support/password-grant.ts'
import { readFeed, subjectName } from '../../support/revocation-feed.ts'

for (const database of databaseKinds) {
  for (const [what, change] of [
    ['disabled', (people: ListedDirectory) => (people.users[0] = { ...bea, isDisabled: true })],
    ['deleted', (people: ListedDirectory) => people.users.pop()],
  ] as const) {
    test(`${database}: a user who is ${what} in the directory is out within its maxAge, and in the revocation feed`, async (t) => {
      const people = listedDirectory('people', [bea])
      const server = await startWithDirectories(t, [people], { database })
      const agent = userAgentOf(server)
      const { access_token, refresh_token } = await logIn(server, webApp, { scope: 'openid me' }, agent, {
        username: 'bea',
        password,
      })
      change(people)
      assert.equal((await whoIs(server, access_token)).status, 200)
      server.clock.now += 60
      assert.equal((await whoIs(server, access_token)).status, 401)
      const refreshed = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token })
      assert.equal(refreshed.body['error'], 'invalid_grant')
      assert.equal((await attempt(server, 'bea')).status, 401)
      assert.ok(Object.hasOwn((await readFeed(server)).subjects, subjectName(String(decodeJwt(access_token).sub))))
      // A user who is in the directory again logs in with the same sub.
      people.users[0] = bea
      const again = await tokenByPassword(server, { username: 'bea', password })
      assert.equal(decodeJwt(again).sub, decodeJwt(access_token).sub)
      assert.equal((await whoIs(server, again)).status, 200)
    })
  }

  test(`${database}: the feed has a user who is out though nobody makes a request here`, async (t) => {
    const people = listedDirectory('people', [bea, carl])
    const server = await startWithDirectories(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    await tokenByPassword(server, { username: 'carl', password })
    people.users.shift()
    server.clock.now += 31
    const { context } = server.server
    const [directory] = context.directories?.all ?? []
    assert.ok(directory)
    await confirmInUse(context, directory)
    const { subjects } = await readFeed(server)
    assert.deepEqual(Object.keys(subjects), [subjectName(String(decodeJwt(token).sub))])
    // Nobody has a valid token any more, so the directory gets no request.
    server.clock.now += 3600
    const before = people.calls.length
    await confirmInUse(context, directory)
    assert.equal(people.calls.length, before)
  })

  test(`${database}: with maxAge 0 the directory is asked at every request`, async (t) => {
    const people = listedDirectory('people', [bea], { maxAge: 0 })
    const server = await startWithDirectories(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    people.users[0] = { ...bea, email: 'new@example.com' }
    assert.equal((await whoIs(server, token)).body['email'], 'new@example.com')
    people.users.pop()
    assert.equal((await whoIs(server, token)).status, 401)
  })

  test(`${database}: another user with a former user's name gets neither their sub nor their tokens`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    const former = await tokenByPassword(server, { username: 'bea', password })
    people.users[0] = { ...bea, key: 'b2', fullName: 'Another Bea' }
    const next = await tokenByPassword(server, { username: 'bea', password })
    assert.notEqual(decodeJwt(next).sub, decodeJwt(former).sub)
    server.clock.now += 60
    assert.equal((await whoIs(server, former)).status, 401)
    assert.equal((await whoIs(server, next)).body['full_name'], 'Another Bea')
  })

  test(`${database}: a renamed user keeps the sub`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    people.users[0] = { ...bea, username: 'beatrice' }
    server.clock.now += 60
    assert.equal((await whoIs(server, token)).body['username'], 'beatrice')
    assert.equal((await attempt(server, 'bea')).status, 401)
    assert.equal(decodeJwt(await tokenByPassword(server, { username: 'beatrice', password })).sub, decodeJwt(token).sub)
  })

  test(`${database}: a user whom an operator disables stays disabled, whatever the directory says`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    const { context } = server.server
    const token = await tokenByPassword(server, { username: 'bea', password })
    const id = String(decodeJwt(token).sub)
    await disableUser(context, id)
    server.clock.now += 60
    assert.equal((await whoIs(server, token)).status, 401)
    const response = await attempt(server, 'bea')
    assert.equal(response.status, 401)
    assert.equal((await failedCheck(server, response))['reason'], 'user_disabled')
    await enableUser(context, id)
    assert.equal((await attempt(server, 'bea')).status, 200)
  })

  for (const [what, order] of [
    ['before', ['operator', 'directory']],
    ['after', ['directory', 'operator']],
  ] as const) {
    test(`${database}: a user whom an operator disables ${what} the directory does stays disabled when the directory enables the user`, async (t) => {
      const people = listedDirectory('people', [bea])
      const server = await startWithDirectories(t, [people], { database })
      const { context } = server.server
      const token = await tokenByPassword(server, { username: 'bea', password })
      const id = String(decodeJwt(token).sub)
      for (const who of order) {
        if (who === 'operator') await disableUser(context, id)
        else people.users[0] = { ...bea, isDisabled: true }
        server.clock.now += 61
        assert.equal((await whoIs(server, token)).status, 401)
      }
      people.users[0] = bea
      server.clock.now += 61
      assert.equal((await whoIs(server, token)).status, 401)
      assert.equal((await attempt(server, 'bea')).status, 401)
      await enableUser(context, id)
      assert.equal((await attempt(server, 'bea')).status, 200)
    })
  }
}
