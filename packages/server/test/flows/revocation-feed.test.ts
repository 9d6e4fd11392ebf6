/** The revocation feed lists every kind of revocation, until the token would have expired. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Context } from '../../src/context.ts'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { withdrawConsent } from '../../src/token-status/withdraw-consent.ts'
import { disableUser } from '../../src/users/disable-user.ts'
import { setPassword } from '../../src/users/set-password.ts'
import { aClient, basicOf, givenClient } from '../support/clients.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, opens, refresh } from '../support/grants.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { endedBy, idName, readFeed, subjectName } from '../support/revocation-feed.ts'
import { countRows } from '../support/rows.ts'
import { openPort, startServer, type TestServer } from '../support/server.ts'
import { aUser } from '../support/users.ts'

const lifetime = 1800
const clockAllowance = 60
const origin = { subject: 'tim', clientId: 'registered', hasGrant: true }

/** A token of tim's at a client of the database, and its claims. */
async function prepare(t: TestContext, database: DatabaseKind, start = startServer) {
  const server = await start(t, { database, clients: declaredClients })
  await givenClient(server, {
    id: 'registered',
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: ['https://app.example.com/cb'],
  })
  server.clock.now += 10
  const { grant } = await givenGrant(server, { clientId: 'registered', sessionId: 'session' })
  return { server, context: server.server.context, grantId: grant.id, token: await tokenOf(server) }
}

async function tokenOf(server: TestServer): Promise<string> {
  const { refreshToken } = await givenGrant(server, { clientId: 'registered', sessionId: 'session' })
  return (await refresh(server, refreshToken, { clientId: 'registered' })).accessToken
}

const grantOf = (token: string) => String(decodeJwt(token)['grant_id'])

type End = (context: Context, token: string, server: TestServer) => Promise<unknown>

/** Each revokes the token, and the feed lists it under that name. */
const ends: Readonly<Record<string, { readonly end: End; readonly by: readonly string[] }>> = {
  'POST /revoke with the access token': {
    end: (_context, token, { post }) => post('/revoke', { token }, basicOf('registered')),
    by: ['token'],
  },
  'a revoked grant': {
    end: ({ store, now }, token) => store.grants.revoke(grantOf(token), 'revoked', now()),
    by: ['grant'],
  },
  'a logout': { end: ({ store, now }) => store.grants.revokeOnline(['session'], now()), by: ['grant'] },
  'a new password': {
    end: (context) => setPassword(context, 'tim', 'another password of tim'),
    by: ['grant', 'subject'],
  },
  'consent that is revoked for all clients': {
    end: ({ store, now }) => withdrawConsent({ store, now }, 'tim', undefined),
    by: ['grant', 'subject'],
  },
  'a disabled user': { end: (context) => disableUser(context, 'tim'), by: ['subject'] },
  'a deleted user': { end: ({ store, now }) => store.subjects.remove('tim', now()), by: ['subject'] },
  'a disabled client': {
    end: ({ store, now }) => store.clients.setDisabled('registered', true, now()),
    by: ['client'],
  },
  'a deleted client': { end: ({ store, now }) => store.clients.remove('registered', now()), by: ['client'] },
  'a client that is registered again': {
    end: async ({ store, now }) => {
      await store.clients.remove('registered', now())
      await store.clients.insert(aClient({ id: 'registered' }), 'hash', now() + 5)
    },
    by: ['client'],
  },
}

for (const database of databaseKinds) {
  for (const [what, { end, by }] of Object.entries(ends)) {
    test(`${database}: K4, S4 ${what} is in the feed within a second, at every server, until the token expires`, async (t) => {
      const { server, context, token } = await prepare(t, database)
      const other = await startServer(t, { databaseUrl: server.databaseUrl, clients: declaredClients })
      other.clock.now = server.clock.now
      const claims = decodeJwt(token)
      assert.deepEqual(endedBy(await readFeed(server), claims), [])
      assert.equal(await opens(server, token), true)

      await end(context, token, server)
      server.clock.now += 1
      other.clock.now += 1

      assert.equal(await opens(server, token), false)
      assert.deepEqual(endedBy(await readFeed(server), claims), by)
      assert.deepEqual(endedBy(await readFeed(other), claims), by)
      server.clock.now = Number(claims.exp) - 1
      await keepHouse(context)
      assert.deepEqual(endedBy(await readFeed(server), claims), by)
      // Until no other machine's clock can still accept the token.
      server.clock.now = Number(claims.exp) + clockAllowance + 10
      await keepHouse(context)
      const { tokens, grants, subjects, clients } = await readFeed(server)
      assert.deepEqual({ tokens, grants, subjects, clients }, { tokens: [], grants: [], subjects: {}, clients: {} })
      server.clock.now += 2 * 3600
      await keepHouse(context)
      assert.equal(await countRows(server.databaseUrl, 'removals'), 0)
      assert.equal(await countRows(server.databaseUrl, 'revoked_tokens'), 0)
    })
  }

  test(`${database}: the feed does not cover what began after the revocation: a user or client that is enabled, or was added again`, async (t) => {
    const { server, context } = await prepare(t, database, startPasswordGrantServer)
    const { store } = context
    const { now } = server.clock
    await setPassword(context, 'tim', 'another password of tim')
    await disableUser(context, 'tim')
    await store.subjects.setDisabled('tim', false, now)
    await store.clients.setDisabled('registered', true, now)
    await store.clients.setDisabled('registered', false, now)
    await store.users.insert([aUser('back')])
    await store.subjects.remove('back', now)
    await store.users.insert([aUser('back', { createdAt: now + 2 })])
    // In the second of the new password, the iat of such a token is the next second.
    const token = await tokenByPassword(server, { username: 'tim', password: 'another password of tim' })
    server.clock.now += 1
    const feed = await readFeed(server)
    assert.deepEqual(endedBy(feed, decodeJwt(token)), [])
    assert.equal(feed.subjects[subjectName('back')], now + 3)
    assert.deepEqual(endedBy(feed, decodeJwt(await tokenOf(server))), [])
  })

  test(`${database}: users who were imported as disabled, and declared clients, are not in the feed`, async (t) => {
    const { server, context } = await prepare(t, database)
    const { store } = context
    await store.users.insert([aUser('imported', { isDisabled: true })])
    for (const end of [store.clients.setDisabled, (id: string) => store.clients.remove(id, server.clock.now)]) {
      await store.clients.insert(aClient({ id: 'app' }), 'hash', server.clock.now)
      await end('app', true, server.clock.now)
      server.clock.now += 1
      const { subjects, clients } = await readFeed(server)
      assert.deepEqual([subjects, clients], [{}, {}])
      await store.clients.remove('app', server.clock.now)
    }
  })

  test(`${database}: a second revocation for the same user is listed again`, async (t) => {
    const { server, context } = await prepare(t, database)
    const { store } = context
    for (const time of [server.clock.now, server.clock.now + lifetime]) {
      await store.clients.insert(aClient({ id: 'often' }), 'hash', time)
      await store.clients.remove('often', time)
    }
    server.clock.now += lifetime + clockAllowance + 1
    await keepHouse(context)
    assert.deepEqual(Object.keys((await readFeed(server)).clients), ['often'])
  })
}

test('the feed is a JWT with its own type, which caches must revalidate, for scripts of any origin', async (t) => {
  const server = await startServer(t)
  const response = await server.get('/revocations')
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/revocations+jwt')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  const token = await response.text()
  assert.equal(decodeProtectedHeader(token).typ, 'revocations+jwt')
  assert.deepEqual(decodeJwt(token), {
    iss: 'http://127.0.0.1:8000',
    iat: server.clock.now,
    tokens: [],
    grants: [],
    subjects: {},
    clients: {},
  })
  const head = await server.server.fetch(new Request('http://127.0.0.1:8000/revocations', { method: 'HEAD' }))
  assert.deepEqual([head.status, await head.text()], [200, ''])
  assert.equal(head.headers.get('etag'), response.headers.get('etag'))
})

for (const algorithm of ['RS256', 'EdDSA', 'HS256'] as const) {
  test(`under ${algorithm} the feed is signed with a published key`, async (t) => {
    const server = await startPasswordGrantServer(t, { algorithm })
    await server.post('/revoke', { token: await server.accessToken() })
    assert.equal((await readFeed(server)).tokens.length, 1)
    const { alg } = decodeProtectedHeader(await (await server.get('/revocations')).text())
    assert.equal(alg, algorithm === 'HS256' ? 'ES256' : algorithm)
  })
}

test('the discovery documents name the feed', async (t) => {
  const server = await startServer(t, { issuer: 'https://login.example.com/tenant' })
  const metadata = JSON.parse(await (await server.get('/.well-known/openid-configuration')).text())
  assert.equal(metadata.revocation_feed_uri, 'https://login.example.com/tenant/revocations')
  assert.deepEqual(metadata.countersign_experimental, ['revocation_feed_uri'])
})

test('RFC 9110 §13.1.2 a known feed is 304, until it changes', async (t) => {
  const server = await startPasswordGrantServer(t)
  const ask = (tags: string) => server.get('/revocations', { 'if-none-match': tags })
  const tag = (await server.get('/revocations')).headers.get('etag') ?? ''
  assert.match(tag, /^W\/"[\w-]{43}"$/)
  for (const tags of [tag, tag.slice(2), `"another", ${tag}`, `W/"a, b" , ${tag}`, '*']) {
    const response = await ask(tags)
    assert.deepEqual([response.status, await response.text()], [304, ''], tags)
    assert.equal(response.headers.get('etag'), tag)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(response.headers.get('content-type'), null)
  }
  for (const tags of ['"another"', tag.toLowerCase(), tag.slice(3, -1), '', '"*"']) {
    assert.equal((await ask(tags)).status, 200, tags)
  }
  server.clock.now += 3600
  assert.equal((await ask(tag)).status, 304)
  await server.post('/revoke', { token: await server.accessToken() })
  server.clock.now += 1
  const changed = await ask(tag)
  assert.equal(changed.status, 200)
  assert.notEqual(changed.headers.get('etag'), tag)
})

test('RFC 9110 §8.6, §15.4.5 over HTTP a 304 has no content and no Content-Length', async (t) => {
  const { origin } = await openPort(t, await startServer(t))
  const first = await fetch(`${origin}/revocations`)
  const known = { 'if-none-match': first.headers.get('etag') ?? '' }
  for (const method of ['GET', 'HEAD']) {
    const response = await fetch(`${origin}/revocations`, { method, headers: known })
    assert.deepEqual([response.status, await response.text()], [304, ''])
    assert.equal(response.headers.get('content-length'), null)
  }
  const head = await fetch(`${origin}/revocations`, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), first.headers.get('content-length'))
})

for (const database of databaseKinds) {
  test(`${database}: two servers with the same contents use the same tag, whatever the order of the events`, async (t) => {
    const one = await startServer(t, { database, clients: declaredClients })
    const two = await startServer(t, { databaseUrl: one.databaseUrl, clients: declaredClients })
    const { store, random } = one.server.context
    for (let count = 0; count < 20; count++) {
      const id = random.id()
      await store.revokedTokens.insert({ tokenId: id, origin, issuedAt: 0, expiresAt: one.clock.now + 9 })
      await store.users.insert([aUser(id)])
      await store.subjects.setDisabled(id, true, one.clock.now)
    }
    const feed = await readFeed(one)
    assert.deepEqual(feed.tokens, feed.tokens.toSorted())
    assert.deepEqual(Object.keys(feed.subjects), Object.keys(feed.subjects).toSorted())
    const [first, second] = [await one.get('/revocations'), await two.get('/revocations')]
    assert.equal(first.headers.get('etag'), second.headers.get('etag'))
  })
}

test('the same contents are signed once, and again after half a minute: no server returns what looks like a replay', async (t) => {
  const server = await startServer(t)
  const text = async () => (await server.get('/revocations')).text()
  const first = await text()
  server.clock.now += 29
  assert.equal(await text(), first)
  server.clock.now += 1
  assert.equal(decodeJwt(await text()).iat, server.clock.now)
  // A clock that was set back.
  server.clock.now -= 1000
  assert.equal(decodeJwt(await text()).iat, server.clock.now)
})

test('a new key gives the feed another signature and another tag', async (t) => {
  const server = await startServer(t)
  const { config, store, keys, random } = server.server.context
  const before = await server.get('/revocations')
  // The next key must be published for a while first.
  server.clock.now += 86_400
  const { secretKey } = config
  await rotateKeys(store, { secretKey, random, now: server.clock.now, lifetime, isDue: () => true })
  await keys.reload()
  const after = await server.get('/revocations')
  assert.notEqual(after.headers.get('etag'), before.headers.get('etag'))
  const ids = await Promise.all([before, after].map(async (one) => decodeProtectedHeader(await one.text()).kid))
  assert.equal(new Set(ids).size, 2)
  await readFeed(server)
})

test('the database is read at most once a second, however many requests there are', async (t) => {
  const server = await startServer(t)
  const { store } = server.server.context
  await Promise.all(Array.from({ length: 5 }, () => server.get('/revocations')))
  const token = { tokenId: 'a-new-token', origin, issuedAt: 0, expiresAt: server.clock.now + 9 }
  await store.revokedTokens.insert(token)
  server.clock.now += 0.9
  assert.deepEqual((await readFeed(server)).tokens, [])
  server.clock.now += 0.1
  assert.deepEqual((await readFeed(server)).tokens, [idName('a-new-token')])
})
