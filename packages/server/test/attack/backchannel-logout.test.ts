/** Back-channel logout under attack: N5 and N6 of the security cases. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { eventually } from '../support/accounts.ts'
import { basicOf, givenClient } from '../support/clients.ts'
import { authorizeUrl, logIn, newPkce, requestOf, userAgentOf } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { givenGrant } from '../support/grants.ts'
import { logoutUrl } from '../support/logout.ts'
import { notifiedWebApp, type RelyingParty, startRelyingParty, succeed } from '../support/relying-party.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

async function confirmLogout(agent: UserAgent): Promise<void> {
  const page = await agent.submit(await agent.open('/logout'), { decision: 'logout' })
  assert.match(page.body, /You are logged out/)
}

/** A client that is due to get a logout token, as if one of its users had just logged out. */
async function givenDelivery(server: TestServer, id: string, backchannelLogoutUri: string): Promise<void> {
  await givenClient(server, { id, backchannelLogoutUri })
  const { store } = server.server.context
  await store.logoutDeliveries.insert({ id, clientId: id, sessionId: 'session', userId: 'tim' }, server.clock.now)
}

/** Sends no responses until `release` is called. */
function delayResponses(party: RelyingParty): {
  readonly pending: readonly ServerResponse[]
  readonly release: () => void
} {
  const pending: ServerResponse[] = []
  party.respond = (response) => pending.push(response)
  return {
    pending,
    release: () => {
      party.respond = succeed
      for (const response of pending) response.writeHead(200).end()
    },
  }
}

test('N5 a logout token has no other use: it is no hint and no access token', async (t) => {
  const party = await startRelyingParty(t)
  const client = notifiedWebApp(party)
  for (const algorithm of ['ES256', 'HS256'] as const) {
    const server = await startServer(t, { algorithm, clients: [client] })
    const agent = userAgentOf(server)
    await logIn(server, client, {}, agent)
    await confirmLogout(agent)
    await server.server.context.logoutDelivery.deliver()
    const token = party.received.at(-1)?.form.get('logout_token') ?? ''

    await logIn(server, client, {}, agent)
    assert.equal((await agent.open(logoutUrl({ id_token_hint: token }))).status, 400)
    const requested = requestOf(client, newPkce(), { prompt: 'none', id_token_hint: token })
    assert.equal(new URL((await agent.open(authorizeUrl(requested))).url).searchParams.get('error'), 'invalid_request')
    for (const path of ['/userinfo', '/users/me']) {
      assert.equal((await server.get(path, { authorization: `Bearer ${token}` })).status, 401)
    }
    const introspected = await server.post('/introspect', { token }, basicOf(client.client_id, client.client_secret))
    assert.deepEqual(await introspected.json(), { active: false })
  }
})

test('N5 a logout token has no nonce, and contains nothing about the user but the subject', async (t) => {
  const party = await startRelyingParty(t)
  const client = notifiedWebApp(party)
  const server = await startServer(t, { clients: [client] })
  const agent = userAgentOf(server)
  await logIn(server, client, { nonce: 'n', scope: 'openid profile email' }, agent)
  await confirmLogout(agent)
  await server.server.context.logoutDelivery.deliver()
  const [, claims = ''] = party.received[0]?.form.get('logout_token')?.split('.') ?? []
  const names = Object.keys(JSON.parse(Buffer.from(claims, 'base64url').toString()))
  assert.deepEqual(names.sort(), ['aud', 'events', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'])
})

test('N6 neither a logout nor the other clients wait for a client that never responds', async (t) => {
  const slow = await startRelyingParty(t)
  const quick = await startRelyingParty(t)
  const clients = [notifiedWebApp(slow, { client_id: 'slow' }), notifiedWebApp(quick, { client_id: 'quick' })]
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  for (const client of clients) await logIn(server, client, {}, agent)
  const { pending, release } = delayResponses(slow)

  await confirmLogout(agent)

  await eventually(() => pending.length === 1 && quick.received.length === 1)
  assert.equal(pending[0]?.destroyed, false)
  release()
  await server.server.context.logoutDelivery.deliver()
  assert.equal(await countRows(server.databaseUrl, 'logout_deliveries'), 0)
})

test('N6 at most ten clients are notified at the same time', async (t) => {
  const party = await startRelyingParty(t)
  const server = await startServer(t)
  for (let index = 0; index < 25; index++) await givenDelivery(server, `client-${index}`, party.origin)
  const { pending, release } = delayResponses(party)
  const { deliver } = server.server.context.logoutDelivery
  const all = Promise.all([deliver(), deliver(), deliver()])
  await eventually(() => pending.length === 10)
  // The requests above the limit could have started by now: the database responds in between.
  for (let look = 0; look < 20; look++) await server.server.context.store.probe('a test', 0)
  assert.equal(party.received.length, 10)
  release()
  await all
  assert.equal(party.received.length, 25)
})

for (const status of [500, 307]) {
  test(`N6 a client that responds with ${status} is tried five times within 25 minutes, then given up`, async (t) => {
    const victim = await startRelyingParty(t)
    const party = await startRelyingParty(t, (response) =>
      response.writeHead(status, { location: `${victim.origin}/` }).end(),
    )
    const server = await startServer(t)
    await givenDelivery(server, 'app', party.origin)
    const { deliver } = server.server.context.logoutDelivery
    const attempts: number[] = []
    for (const wait of [0, 9, 1, 59, 1, 299, 1, 899, 1, 3600, 3600]) {
      server.clock.now += wait
      await deliver()
      attempts.push(party.received.length)
    }
    assert.deepEqual(attempts, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5])
    assert.deepEqual(victim.received, [])
    const [last] = server.log.filter(({ level }) => level === 'warn')
    assert.match(last?.message ?? '', /given up/)
    assert.deepEqual([last?.facts['clientId'], last?.facts['cause']], ['app', `responded with ${status}`])
    assert.equal(await countRows(server.databaseUrl, 'logout_deliveries'), 0)
  })
}

test('N6 the server does not connect to an address in its own network, and logs the reason for the operator', async (t) => {
  const party = await startRelyingParty(t)
  const server = await startServer(t, { issuer: 'https://login.example.com' })
  await givenDelivery(server, 'plain', party.origin)
  await givenDelivery(server, 'inside', party.origin.replace('http:', 'https:'))
  await givenDelivery(server, 'metadata', 'https://169.254.169.254/latest/api/token')
  await server.server.context.logoutDelivery.deliver()
  assert.deepEqual(party.received, [])
  const causes = server.log.filter(({ facts }) => facts['retryIn'] === 10).map(({ facts }) => facts['cause'])
  assert.deepEqual(causes.sort(), [
    '127.0.0.1 has no allowed address',
    '169.254.169.254 has no allowed address',
    'http: is not allowed',
  ])
})

for (const database of databaseKinds) {
  test(`N6 ${database}: with three servers, each client is notified by only one`, async (t) => {
    const party = await startRelyingParty(t)
    const first = await startServer(t, { database })
    const servers = [first]
    for (let more = 0; more < 2; more++) servers.push(await startServer(t, { databaseUrl: first.databaseUrl }))
    for (let index = 0; index < 30; index++) await givenDelivery(first, `client-${index}`, `${party.origin}/${index}`)
    await Promise.all(servers.map(({ server }) => server.context.logoutDelivery.deliver()))
    await Promise.all(servers.map(({ server }) => server.context.logoutDelivery.deliver()))
    assert.equal(party.received.length, 30)
    assert.equal(new Set(party.received.map(({ path }) => path)).size, 30)
  })

  test(`N6 ${database}: a logout from 1,000 clients notifies each of them once`, async (t) => {
    const party = await startRelyingParty(t)
    const ids = Array.from({ length: 1000 }, (_, index) => `client-${index}`)
    const server = await startServer(t, {
      database,
      clients: [
        notifiedWebApp(party),
        ...ids.map((id) => notifiedWebApp(party, { client_id: id, backchannel_logout_uri: `${party.origin}/${id}` })),
      ],
    })
    const agent = userAgentOf(server)
    const { id_token: idToken } = await logIn(server, notifiedWebApp(party), {}, agent)
    const { grant } = await givenGrant(server, { sessionId: String(decodeJwt(idToken)['sid']) })
    await server.server.context.store.transaction(async ({ grants }) => {
      for (const id of ids) await grants.insert({ ...grant, id, clientId: id })
    })

    await confirmLogout(agent)
    await server.server.context.logoutDelivery.deliver()

    const notified = party.received.map(({ path }) => path.slice(1))
    assert.deepEqual(notified.sort(), [...ids, 'backchannel-logout'].sort())
  })
}

for (const database of databaseKinds) {
  test(`N6 ${database}: what a process left without an outcome when it died is delivered by another one after half a minute`, async (t) => {
    const party = await startRelyingParty(t)
    const { release } = delayResponses(party)
    const first = await startServer(t, { database })
    await givenDelivery(first, 'app', party.origin)
    const unfinished = first.server.context.logoutDelivery.deliver()
    await eventually(() => party.received.length === 1)

    party.respond = succeed
    const second = await startServer(t, { databaseUrl: first.databaseUrl })
    const received: number[] = []
    for (const seconds of [29, 1]) {
      second.clock.now += seconds
      await second.server.context.logoutDelivery.deliver()
      received.push(party.received.length)
    }
    assert.deepEqual(received, [1, 2])
    assert.equal(await countRows(first.databaseUrl, 'logout_deliveries'), 0)
    release()
    await unfinished
  })
}

test('N6 the next server delivers what is left when a server stops', async (t) => {
  const party = await startRelyingParty(t, (response) => response.writeHead(503).end())
  const first = await startServer(t)
  await givenDelivery(first, 'app', party.origin)
  await first.server.context.logoutDelivery.deliver()
  await first.server.context.logoutDelivery.end()
  await first.server.context.logoutDelivery.deliver()
  assert.equal(party.received.length, 1)

  party.respond = succeed
  const second = await startServer(t, { databaseUrl: first.databaseUrl })
  second.clock.now += 10
  await second.server.context.logoutDelivery.deliver()
  assert.equal(party.received.length, 2)
  assert.equal(await countRows(first.databaseUrl, 'logout_deliveries'), 0)
})
