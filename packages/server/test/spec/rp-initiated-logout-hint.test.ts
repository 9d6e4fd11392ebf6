/** OpenID Connect RP-Initiated Logout 1.0: which ID tokens are valid hints, and which session a hint ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { logIn, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { afterLogout, givenLogin, isLoggedIn, logoutUrl, refresh } from '../support/logout.ts'
import { alice } from '../support/people.ts'
import { startServer } from '../support/server.ts'

test('§2 the hint of another user ends no session without confirmation', async (t) => {
  const { server, agent } = await givenLogin(t)
  const other = await logIn(server, webApp, {}, userAgentOf(server), alice)
  const page = await agent.open(logoutUrl({ id_token_hint: other.id_token, post_logout_redirect_uri: afterLogout }))
  assert.match(page.body, /You are logged in as <bdi class="name">tim<\/bdi>/)
  assert.equal(await isLoggedIn(agent), true)
})

test('§2 an older hint is valid after the same user logged in again: the session continued', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  await logIn(server, webApp, { prompt: 'login' }, agent)
  const { url } = await agent.open(logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }))
  assert.equal(url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

for (const database of databaseKinds) {
  test(`${database}: §2 a hint ends only the session that it names: other users of the browser stay logged in`, async (t) => {
    const { server, agent, tokens } = await givenLogin(t, { database })
    server.clock.now += 1
    const others = await logIn(server, webApp, { prompt: 'login' }, agent, alice)
    const cookies = new Map(agent.cookies)
    await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
    assert.deepEqual(agent.cookies, cookies)
    assert.match((await agent.open('/logout')).body, /You are logged in as <bdi class="name">alice/)
    assert.equal((await refresh(server, tokens.refresh_token)).body['error'], 'invalid_grant')
    assert.equal((await refresh(server, others.refresh_token)).status, 200)

    await agent.open(logoutUrl({ id_token_hint: others.id_token }))
    assert.equal(agent.cookies.has('countersign'), false)
    assert.equal(await isLoggedIn(agent), false)
  })
}

test('§2 the hint of a session of the same user in another browser, or of an ended session, ends no session here', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  const elsewhere = userAgentOf(server)
  const theirs = await logIn(server, webApp, {}, elsewhere)
  assert.match((await agent.open(logoutUrl({ id_token_hint: theirs.id_token }))).body, /action="\/logout\/confirm"/)
  await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
  await logIn(server, webApp, {}, agent)
  assert.match((await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))).body, /action="\/logout\/confirm"/)
  for (const browser of [agent, elsewhere]) assert.equal(await isLoggedIn(browser), true)
})

test('§2 the ID token must have been issued to the client_id of the request', async (t) => {
  const { agent, tokens } = await givenLogin(t, { client: { ...webApp, client_id: 'another-app' } })
  const both = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl({ ...both, client_id: 'web-app' }))).status, 400)
  assert.equal(await isLoggedIn(agent), true)
  assert.equal((await agent.open(logoutUrl({ ...both, client_id: 'another-app' }))).url, afterLogout)
})

test('§4 an expired ID token is a valid hint', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  server.clock.now += 2 * 3600
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

test('§4 an ID token whose key is no longer in the JWKS is a valid hint, for as long as its session can last', async (t) => {
  const keyRotationInterval = 3600
  const server = await startServer(t, { clients: [webApp], keyRotationInterval })
  const agent = userAgentOf(server)
  const tokens = await logIn(server, webApp, {}, agent)
  const rotate = async () => {
    server.clock.now += keyRotationInterval
    await keepHouse(server.server.context)
  }
  for (let rotations = 0; rotations < 4; rotations++) await rotate()
  const published: string = await (await server.get('/.well-known/jwks.json')).text()
  assert.ok(!published.includes(decodeProtectedHeader(tokens.id_token).kid ?? 'no kid'))
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
})

for (const database of databaseKinds) {
  test(`${database}: §2 an idle session can be logged out: the tokens of its clients are revoked with it`, async (t) => {
    const server = await startServer(t, { database, clients: [webApp], sessionIdleLifetime: 3600 })
    const agent = userAgentOf(server)
    const tokens = await logIn(server, webApp, {}, agent)
    server.clock.now += 3600
    const { status, body } = await refresh(server, tokens.refresh_token)
    assert.equal(status, 200)
    const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
    assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
    assert.equal((await refresh(server, String(body['refresh_token']))).status, 400)
    const authorization = `Bearer ${String(body['access_token'])}`
    assert.equal((await server.get('/userinfo', { authorization })).status, 401)

    // Its clients know it as ended, so a later login in the same browser does not continue it.
    const later = await logIn(server, webApp, { prompt: 'login' }, agent)
    await agent.open(logoutUrl(parameters))
    assert.notEqual(decodeJwt(later.id_token)['sid'], decodeJwt(tokens.id_token)['sid'])
    assert.equal((await refresh(server, later.refresh_token)).status, 200)
  })
}

test('§2 a hint does not end a session that is active in another browser', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  await userAgentOf(server).open(logoutUrl({ id_token_hint: tokens.id_token }))
  assert.equal(await isLoggedIn(agent), true)
  assert.equal((await refresh(server, tokens.refresh_token)).status, 200)
})
