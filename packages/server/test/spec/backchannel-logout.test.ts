/** OpenID Connect Back-Channel Logout 1.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { givenClient } from '../support/clients.ts'
import { exchange, logIn, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { logoutUrl } from '../support/logout.ts'
import { alice } from '../support/people.ts'
import { notifiedWebApp, readLogoutToken, startRelyingParty, succeed } from '../support/relying-party.ts'
import { countRows } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

test('§2.1 the discovery document announces back-channel logout, with the session', async (t) => {
  const { get } = await startServer(t)
  const document = JSON.parse(await (await get('/.well-known/openid-configuration')).text())
  assert.equal(document.backchannel_logout_supported, true)
  assert.equal(document.backchannel_logout_session_supported, true)
})

for (const database of databaseKinds) {
  test(`${database}: §2.4 a logout token has the required claims, and the values of the ID token`, async (t) => {
    const party = await startRelyingParty(t)
    const client = notifiedWebApp(party, { backchannel_logout_session_required: true })
    const server = await startServer(t, { database, clients: [client] })
    const agent = userAgentOf(server)
    const { id_token: idToken } = await logIn(server, client, { nonce: 'a nonce' }, agent)
    server.clock.now += 60.5

    await agent.open(logoutUrl({ id_token_hint: idToken }))
    await server.server.context.logoutDelivery.deliver()

    assert.equal(party.received.length, 1)
    const { header, claims } = await readLogoutToken(server, party.received[0])
    const { sub, sid } = decodeJwt(idToken)
    const { jti, ...rest } = claims
    assert.deepEqual([header['alg'], header['typ']], ['RS256', 'logout+jwt'])
    assert.match(String(jti), /^[0-9a-f-]{36}$/)
    assert.deepEqual(rest, {
      iss: 'http://127.0.0.1:8000',
      sub,
      aud: 'web-app',
      iat: 1_800_000_060,
      exp: 1_800_000_180,
      events: { [event]: {} },
      sid,
    })
    assert.equal(typeof sid, 'string')
  })
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
  test(`§2.4 a client whose ID tokens are signed with ${algorithm} gets logout tokens signed with it`, async (t) => {
    const party = await startRelyingParty(t)
    const client = notifiedWebApp(party, { id_token_signed_response_alg: algorithm })
    const server = await startServer(t, { algorithm: 'HS256', clients: [client] })
    const agent = userAgentOf(server)
    const { id_token: idToken } = await logIn(server, client, {}, agent)
    await agent.open(logoutUrl({ id_token_hint: idToken }))
    await server.server.context.logoutDelivery.deliver()
    assert.equal((await readLogoutToken(server, party.received[0])).header['alg'], algorithm)
  })
}

for (const database of databaseKinds) {
  test(`${database}: §2.4 with two accounts in a browser, the logout token is only about the one whose ID token was the hint`, async (t) => {
    const party = await startRelyingParty(t)
    const client = notifiedWebApp(party)
    const server = await startServer(t, { database, clients: [client] })
    const agent = userAgentOf(server)
    const { id_token: idToken } = await logIn(server, client, {}, agent)
    await logIn(server, client, { prompt: 'login' }, agent, alice)
    await agent.open(logoutUrl({ id_token_hint: idToken }))
    await server.server.context.logoutDelivery.deliver()
    assert.equal(party.received.length, 1)
    assert.equal((await readLogoutToken(server, party.received[0])).claims['sid'], decodeJwt(idToken)['sid'])
  })
}

test('§2.5 the token is posted as the form field logout_token to the registered URI', async (t) => {
  const party = await startRelyingParty(t)
  const client = notifiedWebApp(party, { backchannel_logout_uri: `${party.origin}/logged-out?by=countersign` })
  const server = await startServer(t, { clients: [client] })
  const agent = userAgentOf(server)
  await logIn(server, client, {}, agent)
  await agent.submit(await agent.open('/logout'), { decision: 'logout' })
  await server.server.context.logoutDelivery.deliver()
  const [post] = party.received
  assert.equal(post?.path, '/logged-out?by=countersign')
  assert.equal(post?.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.deepEqual([...(post?.form.keys() ?? [])], ['logout_token'])
})

test('§2.5 every client of the session gets one logout token, and no other client gets any', async (t) => {
  const party = await startRelyingParty(t)
  const clients = ['one', 'two', 'elsewhere', 'unused'].map((id) => notifiedWebApp(party, { client_id: id }))
  const server = await startServer(t, { clients: [...clients, webApp] })
  const agent = userAgentOf(server)
  const [one, two, elsewhere] = clients
  for (const client of [one, two, two, webApp]) if (client) await logIn(server, client, {}, agent)
  if (elsewhere) await logIn(server, elsewhere)

  await agent.submit(await agent.open('/logout'), { decision: 'logout' })
  await server.server.context.logoutDelivery.deliver()

  const tokens = await Promise.all(party.received.map((post) => readLogoutToken(server, post)))
  assert.deepEqual(tokens.map(({ claims }) => claims['aud']).sort(), ['one', 'two'])
  assert.equal(new Set(tokens.map(({ claims }) => claims['jti'])).size, 2)
})

for (const grantTypes of [['authorization_code'], ['authorization_code', 'refresh_token']] as const) {
  test(`§2.5 a client with ${grantTypes.join(' and ')} gets a logout token when the longest session ends`, async (t) => {
    const party = await startRelyingParty(t)
    const client = notifiedWebApp(party, { grant_types: grantTypes })
    const options = { clients: [client], sessionLifetime: 14 * 86_400, sessionIdleLifetime: 14 * 86_400 }
    const server = await startServer(t, options)
    const agent = userAgentOf(server)
    await logIn(server, client, {}, agent)
    server.clock.now += 14 * 86_400 - 1
    await keepHouse(server.server.context)
    await agent.submit(await agent.open('/logout'), { decision: 'logout' })
    await server.server.context.logoutDelivery.deliver()
    assert.equal(party.received.length, 1)
  })
}

test('§2.5 a client that was disabled or removed, or no longer has a logout URI, gets no logout token', async (t) => {
  const party = await startRelyingParty(t)
  const server = await startServer(t)
  const { store, logoutDelivery } = server.server.context
  const fields = { grantTypes: ['authorization_code'], backchannelLogoutUri: party.origin }
  const changed = await givenClient(server, { id: 'changed', ...fields })
  for (const id of ['disabled', 'removed']) await givenClient(server, { id, ...fields })
  for (const clientId of ['changed', 'disabled', 'removed']) {
    await store.logoutDeliveries.insert({ id: clientId, clientId, sessionId: 's', userId: 'tim' }, server.clock.now)
  }
  await store.clients.update({ ...changed, backchannelLogoutUri: undefined }, server.clock.now)
  await store.clients.setDisabled('disabled', true, server.clock.now)
  await store.clients.remove('removed', server.clock.now)

  await logoutDelivery.deliver()

  assert.deepEqual(party.received, [])
  assert.equal(await countRows(server.databaseUrl, 'logout_deliveries'), 0)
})

test('§2.5 a URI that the operator has corrected is used at the next attempt', async (t) => {
  const party = await startRelyingParty(t)
  const server = await startServer(t)
  const { store, logoutDelivery } = server.server.context
  const client = await givenClient(server, { id: 'app', backchannelLogoutUri: 'http://127.0.0.1:1/' })
  await store.logoutDeliveries.insert({ id: 'd', clientId: 'app', sessionId: 's', userId: 'tim' }, server.clock.now)
  await logoutDelivery.deliver()
  await store.clients.update({ ...client, backchannelLogoutUri: party.origin }, server.clock.now)
  server.clock.now += 10
  await logoutDelivery.deliver()
  assert.equal(party.received.length, 1)
})

test('§2.7 refresh tokens are revoked with the session, except those with offline_access', async (t) => {
  const party = await startRelyingParty(t)
  const client = notifiedWebApp(party)
  const server = await startServer(t, { clients: [client] })
  const agent = userAgentOf(server)
  const online = await logIn(server, client, {}, agent)
  const offline = await logIn(server, client, { scope: 'openid offline_access', prompt: 'consent' }, agent)
  await agent.open(logoutUrl({ id_token_hint: online.id_token }))
  const refresh = (token: string) => exchange(server, client, { grant_type: 'refresh_token', refresh_token: token })
  assert.equal((await refresh(online.refresh_token)).body['error'], 'invalid_grant')
  assert.equal((await refresh(offline.refresh_token)).status, 200)
})

for (const status of [200, 204]) {
  test(`§2.8 ${status} means that the client has logged the user out: no second logout token is sent`, async (t) => {
    const party = await startRelyingParty(t, (response) => response.writeHead(status).end())
    const client = notifiedWebApp(party)
    const server = await startServer(t, { clients: [client] })
    const agent = userAgentOf(server)
    await logIn(server, client, {}, agent)
    await agent.submit(await agent.open('/logout'), { decision: 'logout' })
    for (let hours = 0; hours < 3; hours++) {
      await server.server.context.logoutDelivery.deliver()
      server.clock.now += 3600
    }
    assert.equal(party.received.length, 1)
  })
}

for (const status of [201, 202, 302, 400, 404, 500, 501, 503]) {
  test(`§2.8 ${status} does not mean that: the client gets another logout token, newly signed`, async (t) => {
    const party = await startRelyingParty(t, (response) => response.writeHead(status, { location: '/' }).end())
    const client = notifiedWebApp(party)
    const server = await startServer(t, { clients: [client] })
    const agent = userAgentOf(server)
    await logIn(server, client, {}, agent)
    await agent.submit(await agent.open('/logout'), { decision: 'logout' })
    const { deliver } = server.server.context.logoutDelivery
    await deliver()
    server.clock.now += 10
    party.respond = succeed
    await deliver()
    const [first, second, ...more] = await Promise.all(party.received.map((post) => readLogoutToken(server, post)))
    assert.deepEqual(more, [])
    assert.notEqual(second?.claims['jti'], first?.claims['jti'])
    assert.equal(Number(second?.claims['iat']), Number(first?.claims['iat']) + 10)
    assert.equal(second?.claims['sid'], first?.claims['sid'])
  })
}
