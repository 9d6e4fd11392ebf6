/** Users of directories log in; for what changes after that see changed-users.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { exchange, logIn, userAgentOf, webApp } from '../../support/code-flow.ts'
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
import { startServerWithoutUsers } from '../../support/server.ts'

for (const database of databaseKinds) {
  for (const checksPasswords of [false, true]) {
    const manner = `${database}, ${checksPasswords ? 'checked there' : 'checked here'}`

    test(`${manner}: a user logs in at /token and through the pages, always with the same sub and today's profile`, async (t) => {
      const people = listedDirectory('people', [bea], { checksPasswords })
      const server = await startWithDirectories(t, [people], { database })
      const token = await tokenByPassword(server, { username: 'BEA', password })
      const { body } = await whoIs(server, token)
      assert.deepEqual(body, { username: 'bea', email: 'bea@example.com', full_name: 'Bea Berg', disabled: false })
      people.users[0] = { ...bea, fullName: 'Bea Berg-Ek' }
      const pages = await logIn(server, webApp, { scope: 'openid profile' }, userAgentOf(server), {
        username: 'bea',
        password,
      })
      const { sub } = decodeJwt(pages.id_token)
      assert.equal(sub, decodeJwt(token).sub)
      assert.notEqual(sub, 'b1')
      const user = await server.server.context.store.users.findById(String(sub))
      assert.equal(user?.profile.fullName, 'Bea Berg-Ek')
    })

    test(`${manner}: wrong and empty passwords, and unknown users, get the same response`, async (t) => {
      const people = listedDirectory('people', [bea, { ...carl, passwordHash: null }], { checksPasswords })
      const server = await startWithDirectories(t, [people], { database })
      const responses = [
        await attempt(server, 'bea', 'winter'),
        await attempt(server, 'nobody'),
        await attempt(server, 'carl', 'winter'),
      ]
      const bodies = await Promise.all(
        responses.map(async (response) => ({
          status: response.status,
          error: JSON.parse(await response.text()).error,
        })),
      )
      assert.deepEqual(new Set(bodies.map((body) => JSON.stringify(body))).size, 1)
      assert.equal(bodies[0]?.status, 401)
      const before = people.calls.length
      assert.equal((await attempt(server, 'bea', '')).status, 400)
      assert.equal((await attempt(server, 'bea', '\0')).status, 400)
      assert.equal(people.calls.slice(before).includes('verify'), false)
    })
  }

  test(`${database}: our own users come first, then the directories in their order`, async (t) => {
    const first = listedDirectory('first', [{ ...bea, username: tim.username }, carl], {})
    const second = listedDirectory('second', [{ ...carl, key: 'other', fullName: 'Another Carl' }, bea], {})
    const server = await startWithDirectories(t, [first, second], { database })
    assert.equal((await attempt(server, tim.username)).status, 401)
    assert.equal((await attempt(server, tim.username, tim.password)).status, 200)
    assert.equal(
      (await whoIs(server, await tokenByPassword(server, { username: 'carl', password }))).body['full_name'],
      'Carl Cole',
    )
    assert.equal(
      (await whoIs(server, await tokenByPassword(server, { username: 'bea', password }))).body['full_name'],
      'Bea Berg',
    )
  })

  test(`${database}: a directory that is down gives 503 to its users alone, and needs no restart`, async (t) => {
    const first = listedDirectory('first', [bea], {})
    const second = listedDirectory('second', [carl], {})
    const server = await startWithDirectories(t, [first, second], { database })
    const token = await tokenByPassword(server, { username: 'bea', password })
    await tokenByPassword(server, { username: 'carl', password })
    first.isDown = true
    for (const wrongOrRight of [password, 'wrong']) {
      const response = await attempt(server, 'bea', wrongOrRight)
      assert.equal(response.status, 503)
      assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
      assert.deepEqual(await failedCheck(server, response), {
        reason: 'directory_unavailable',
        expected: 'a response of the directory first',
      })
    }
    assert.equal((await attempt(server, 'carl')).status, 200)
    assert.equal((await attempt(server, tim.username, tim.password)).status, 200)
    // Nobody has used the name yet: it may be one of the first directory.
    assert.equal((await attempt(server, 'nobody')).status, 503)
    assert.equal((await whoIs(server, token)).status, 200)
    server.clock.now += 61
    assert.equal((await whoIs(server, token)).status, 503)
    first.isDown = false
    server.clock.now += 61
    assert.equal((await whoIs(server, token)).status, 200)
    assert.equal((await attempt(server, 'bea')).status, 200)
  })

  test(`${database}: the directory's sub is kept, unless one of our own users has it`, async (t) => {
    const people = listedDirectory('people', [
      { ...bea, sub: 'employee-7' },
      { ...carl, sub: 'tim' },
    ])
    const server = await startWithDirectories(t, [people], { database })
    assert.equal(decodeJwt(await tokenByPassword(server, { username: 'bea', password })).sub, 'employee-7')
    const response = await attempt(server, 'carl')
    assert.equal(response.status, 401)
    assert.equal((await failedCheck(server, response))['reason'], 'directory_conflict')
  })

  for (const [what, others] of [
    ['without any', []],
    ['beside another one', [listedDirectory('others', [])]],
  ] as const) {
    test(`${database}: nobody passes whose directory the configuration does not have any more, ${what}`, async (t) => {
      const people = listedDirectory('people', [bea])
      const former = await startWithDirectories(t, [people], { database })
      const agent = userAgentOf(former)
      const { access_token, refresh_token } = await logIn(former, webApp, { scope: 'openid me' }, agent, {
        username: 'bea',
        password,
      })
      const directories = others.map(({ declaration }) => declaration)
      const server = await startServerWithoutUsers(t, {
        databaseUrl: former.databaseUrl,
        directories,
        clients: [webApp],
      })
      assert.equal((await whoIs(server, access_token)).status, 503)
      const refreshed = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token })
      assert.equal(refreshed.status, 503)
      const line = server.log.find(({ facts }) => facts['directory'] === 'people')
      assert.match(String(line?.message), /the option directories does not have/)
      assert.equal((await whoIs(server, await server.accessToken('tim', 'me'))).status, 200)
    })
  }

  test(`${database}: failed logins count against the budget of the account`, async (t) => {
    const people = listedDirectory('people', [bea], { checksPasswords: true })
    const server = await startWithDirectories(t, [people], { database, accountFailureLimit: 2 })
    await attempt(server, 'bea', 'wrong')
    await attempt(server, 'bea', 'wrong')
    const before = people.calls.length
    assert.equal((await attempt(server, 'bea')).status, 401)
    assert.equal(people.calls.slice(before).includes('verify'), false)
  })

  test(`${database}: twenty first logins at once make one subject`, async (t) => {
    const people = listedDirectory('people', [bea])
    const server = await startWithDirectories(t, [people], { database })
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => tokenByPassword(server, { username: 'bea', password })),
    )
    assert.equal(new Set(tokens.map((token) => decodeJwt(token).sub)).size, 1)
  })
}

test('every login runs one hash, whoever the user is and whoever checks the password', async (t) => {
  const here = listedDirectory('here', [bea, { ...bea, key: 'o1', username: 'odd', unusable: 'has no key' }])
  const there = listedDirectory('there', [carl], { checksPasswords: true })
  const server = await startWithDirectories(t, [here, there])
  const { passwords } = server.server.context
  const hashes: (string | null)[] = []
  const { verify } = passwords
  t.mock.method(passwords, 'verify', (hash: string | null, given: string) => {
    hashes.push(hash)
    return verify.call(passwords, hash, given)
  })
  for (const username of [tim.username, 'bea', 'carl', 'nobody', 'odd']) await attempt(server, username, 'wrong')
  assert.equal(hashes.length, 5)
  assert.deepEqual(hashes.slice(1), [passwordHash, null, null, null])
})

test('without directories, nobody asks for links', async (t) => {
  const server = await startWithDirectories(t, [])
  assert.equal(server.server.context.directories, undefined)
})
