/** A clock that is set while the server runs: R17 of the security cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { givenCode } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import { exchange, logIn, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, opens, refresh } from '../support/grants.ts'
import { addTestUsers } from '../support/people.ts'
import { startOfTests, startServer, startServerWithoutUsers } from '../support/server.ts'

const clients = [...declaredClients, webApp]
const hour = 3600

for (const database of databaseKinds) {
  test(`R17 ${database}: what was used, revoked or ended before the clock is set back an hour stays so, and users log in`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const { form: code } = await givenCode(server, webApp, {}, { agent })
    assert.equal((await exchange(server, webApp, code)).status, 200)
    const rotated = await givenGrant(server)
    const second = await refresh(server, rotated.refreshToken)
    const third = await refresh(server, second.refreshToken)
    const revoked = await refresh(server, (await givenGrant(server)).refreshToken)
    await server.post('/revoke', { token: revoked.refreshToken }, basicOf('app'))
    await agent.submit(await agent.open('/logout'), { decision: 'logout' })

    server.clock.now -= hour
    assert.equal((await exchange(server, webApp, code)).body['error'], 'invalid_grant')
    assert.equal((await refresh(server, rotated.refreshToken)).error, 'invalid_grant')
    // A reuse: it has ended the grant.
    assert.equal((await refresh(server, third.refreshToken)).error, 'invalid_grant')
    assert.equal((await refresh(server, revoked.refreshToken)).error, 'invalid_grant')
    for (const { accessToken } of [third, revoked]) {
      assert.equal(await opens(server, accessToken), false)
      assert.deepEqual(await introspect(server, accessToken), { active: false })
    }
    await assert.rejects(givenCode(server, webApp, { prompt: 'none' }, { agent }), /login_required/)
    assert.equal(await opens(server, (await logIn(server, webApp, { scope: 'openid me' })).access_token), true)
  })

  test(`R17 ${database}: a clock that was an hour ahead for a while ends no login, and a reuse is still found`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { refreshToken: first } = await givenGrant(server)
    server.clock.now += hour
    const second = await refresh(server, first)
    server.clock.now -= hour
    const third = await refresh(server, second.refreshToken)
    assert.equal(third.status, 200)
    assert.equal(await opens(server, third.accessToken), true)
    assert.equal((await refresh(server, first)).error, 'invalid_grant')
    assert.equal((await refresh(server, third.refreshToken)).error, 'invalid_grant')
  })

  test(`R17 ${database}: what was revoked stays so where the clock was an hour ahead, and what had expired by then was removed`, async (t) => {
    const server = await startServer(t, { database, clients })
    const first = await refresh(server, (await givenGrant(server)).refreshToken)
    const second = await refresh(server, (await givenGrant(server)).refreshToken)
    await server.post('/revoke', { token: first.accessToken }, basicOf('app'))
    await server.post('/revoke', { token: second.refreshToken }, basicOf('app'))
    server.clock.now += hour
    await keepHouse(server.server.context)
    server.clock.now -= hour
    for (const { accessToken } of [first, second]) {
      assert.equal(await opens(server, accessToken), false)
      assert.deepEqual(await introspect(server, accessToken), { active: false })
    }
  })

  test(`R17 ${database}: a lockout that a clock far ahead has written ends when the clock is right, and no other one`, async (t) => {
    const year = 365 * 24 * hour
    const limits = { accountFailureLimit: 1, addressFailureLimit: 2, failureWindow: 900 }
    // Ahead from the start, so that no clean-up takes its time from before.
    const ahead = { now: startOfTests + year }
    const server = await startServerWithoutUsers(t, { database, passwordGrant: 'first-party', ...limits }, ahead)
    await addTestUsers(server.server.context.store, startOfTests)
    const logInAs = async (username: string, password: string) =>
      (await server.post('/token', { username, password })).status
    assert.deepEqual([await logInAs('nobody', 'wrong'), await logInAs('tim', 'wrong')], [401, 401])

    server.clock.now -= year
    assert.equal(await logInAs('tim', 'tim1234'), 429)
    await keepHouse(server.server.context)
    assert.equal(await logInAs('tim', 'tim1234'), 200)

    server.clock.now += 24 * hour
    assert.deepEqual([await logInAs('nobody', 'wrong'), await logInAs('tim', 'wrong')], [401, 401])
    server.clock.now -= 24 * hour
    await keepHouse(server.server.context)
    assert.equal(await logInAs('tim', 'tim1234'), 429)
  })
}
