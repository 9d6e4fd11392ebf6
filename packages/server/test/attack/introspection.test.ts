/** `/introspect` under attack: cases K1, K2, K4 (RFC 7662 §2.1, §2.2, §4). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { type ClientDeclaration, clientOf } from '../../src/domain/client-metadata.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { createIdToken } from '../../src/tokens/id-token.ts'
import { basicOf, clientSecret } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, opens, refresh } from '../support/grants.ts'
import { startServer } from '../support/server.ts'

const callers: readonly (readonly [title: string, form: Record<string, string>, headers: Record<string, string>])[] = [
  ['an unauthenticated caller', {}, {}],
  ['a wrong secret', {}, basicOf('api', 'wrong')],
  ['an unknown client', {}, basicOf('nobody')],
  ['a public client', { client_id: 'spa' }, {}],
  ['a confidential client without its secret', { client_id: 'api' }, {}],
  ['the token itself as Bearer', {}, { authorization: 'Bearer x' }],
]

for (const [title, form, headers] of callers) {
  test(`K1 ${title} may not introspect, not even a valid token`, async (t) => {
    const server = await startServer(t, { clients: declaredClients })
    const token = await server.accessToken()
    const valid = await server.post('/introspect', { ...form, token }, headers)
    const invalid = await server.post('/introspect', { ...form, token: 'x' }, headers)
    assert.deepEqual([valid.status, invalid.status], [401, 401])
    const body = await valid.text()
    assert.equal(JSON.parse(body).error, 'invalid_client')
    assert.equal(body, await invalid.text())
  })
}

for (const database of databaseKinds) {
  test(`${database}: K2 the response for a token that is not valid is exactly {"active":false}`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const elsewhere = await startServer(t, { issuer: 'https://elsewhere.example' })
    const { grant, refreshToken } = await givenGrant(server, { scopes: ['openid', 'me'] })
    const used = await refresh(server, refreshToken)
    const revoked = await refresh(server, used.refreshToken)
    await server.post('/revoke', { token: revoked.accessToken }, basicOf('app'))
    const { context } = server.server
    const tim = await context.store.users.findById('tim')
    const app = context.config.clients.get('app')?.client
    assert.ok(tim && app)
    const idToken = await createIdToken(context, {
      client: app,
      grant,
      user: tim,
      accessToken: 'x',
      nonce: null,
      about: {},
      added: {},
    })
    const bodies = [
      'unknown',
      'rt_unknown',
      'a.b.c',
      'x'.repeat(60_000),
      refreshToken,
      revoked.accessToken,
      idToken,
      await elsewhere.accessToken(),
      `${used.accessToken.slice(0, -4)}AAAA`,
    ]
    for (const token of bodies) {
      const response = await server.post('/introspect', { token }, basicOf('api'))
      assert.deepEqual([response.status, await response.text()], [200, '{"active":false}'], token.slice(0, 40))
    }
    server.clock.now += 1800
    assert.deepEqual(await introspect(server, used.accessToken), { active: false })
  })

  test(`${database}: K2 a token that the caller may not see is inactive for it`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    assert.deepEqual(await introspect(server, refreshToken, 'other'), { active: false })
    assert.deepEqual(await introspect(server, refreshToken, 'api'), { active: false })
    const { accessToken } = await refresh(server, refreshToken)
    assert.deepEqual(await introspect(server, accessToken, 'other'), { active: false })
    assert.deepEqual(await introspect(server, await server.accessToken(), 'app'), { active: false })
  })

  test(`${database}: K4 a token is inactive as soon as its user, client, grant or session is disabled, removed or revoked`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { store } = server.server.context
    const { now } = server.clock
    const metadata = { client_id: 'registered', grant_types: ['refresh_token'], scope: 'me items' }
    await store.clients.insert(clientOf(metadata, false), hashClientSecret(clientSecret), now)

    const ends: readonly (readonly [string, (grantId: string) => Promise<unknown>, () => Promise<unknown>])[] = [
      [
        'disabled user',
        () => store.subjects.setDisabled('tim', true, now),
        () => store.subjects.setDisabled('tim', false, now),
      ],
      [
        'disabled client',
        () => store.clients.setDisabled('registered', true, now),
        () => store.clients.setDisabled('registered', false, now),
      ],
      ['revoked grant', (id) => store.grants.revoke(id, 'revoked', now), async () => {}],
      ['logout', (id) => store.grants.revokeOnline([`session of ${id}`], now), async () => {}],
      ['removed client', () => store.clients.remove('registered', now), async () => {}],
    ]
    for (const [what, end, undo] of ends) {
      const id = server.server.context.random.id()
      const fields = { id, clientId: 'registered', sessionId: `session of ${id}` }
      const { refreshToken } = await givenGrant(server, fields)
      const { accessToken } = await refresh(server, refreshToken, { clientId: 'registered' })
      assert.equal((await introspect(server, accessToken))['active'], true, what)
      assert.equal(await opens(server, accessToken), true, what)
      await end(id)
      assert.deepEqual(await introspect(server, accessToken), { active: false }, what)
      assert.equal(await opens(server, accessToken), false, what)
      await undo()
    }

    const { refreshToken } = await givenGrant(server, { userId: 'alice' })
    const { accessToken, refreshToken: next } = await refresh(server, refreshToken)
    await store.subjects.remove('alice', now)
    assert.deepEqual(await introspect(server, accessToken), { active: false })
    assert.deepEqual(await introspect(server, next, 'app'), { active: false })
  })
}

test("K4 a client's own token is inactive when the client is disabled", async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { context } = server.server
  const metadata = { client_id: 'registered', grant_types: ['client_credentials'], scope: 'me' }
  await context.store.clients.insert(clientOf(metadata, false), hashClientSecret(clientSecret), server.clock.now)
  const own = { subject: 'registered', clientId: 'registered', scopes: ['me'], resources: [] }
  const { token } = await createAccessToken(context, own)
  assert.equal((await introspect(server, token))['active'], true)
  await context.store.clients.setDisabled('registered', true, server.clock.now)
  assert.deepEqual(await introspect(server, token), { active: false })
})

test('RFC 7662 §4 a resource server sees the tokens whose aud is its own; a gateway sees all', async (t) => {
  const orders = 'https://orders.example.com'
  const stock = 'https://stock.example.com'
  const apis: readonly ClientDeclaration[] = [
    { client_id: orders, client_secret: clientSecret, resource_server: true },
    { client_id: 'stock-api', client_secret: clientSecret, resource_server: true, audiences: [stock] },
    { client_id: 'both', client_secret: clientSecret, resource_server: true, audiences: [stock, orders] },
    { client_id: 'gateway', client_secret: clientSecret, resource_server: true, audiences: ['*'] },
    { client_id: 'none', client_secret: clientSecret, resource_server: true, audiences: [] },
    // The slash at the end of an origin is optional, as in a request for a token.
    { client_id: 'slash', client_secret: clientSecret, resource_server: true, audiences: [`${stock}/`] },
    { client_id: `${orders}/`, client_secret: clientSecret, grant_types: ['client_credentials'] },
    {
      client_id: 'deeper',
      client_secret: clientSecret,
      resource_server: true,
      audiences: [`${stock}/x`, `${stock}//`],
    },
  ]
  const server = await startServer(t, { clients: [...declaredClients, ...apis], resources: [orders, stock] })
  const { context } = server.server
  const { issuer } = context.config
  const tokenFor = async (...resources: readonly string[]) =>
    (await createAccessToken(context, { subject: 'tim', clientId: 'app', scopes: ['me'], resources })).token
  const tokens = { issuer: await tokenFor(), orders: await tokenFor(orders), both: await tokenFor(orders, stock) }
  const seen = async (clientId: string) => {
    const active = Object.entries(tokens).map(async ([name, token]) =>
      (await introspect(server, token, clientId))['active'] === true ? [name] : [],
    )
    return (await Promise.all(active)).flat()
  }
  assert.deepEqual(await seen('api'), ['issuer'])
  assert.deepEqual(await seen(orders), ['issuer', 'orders', 'both'])
  assert.deepEqual(await seen('stock-api'), ['both'])
  assert.deepEqual(await seen('both'), ['orders', 'both'])
  assert.deepEqual(await seen('gateway'), ['issuer', 'orders', 'both'])
  assert.deepEqual(await seen('none'), [])
  assert.deepEqual(await seen('slash'), ['both'])
  assert.deepEqual(await seen(`${orders}/`), ['orders', 'both'])
  assert.deepEqual(await seen('deeper'), [])
  // The client that they were issued to, and a client that is no resource server.
  assert.deepEqual(await seen('app'), ['issuer', 'orders', 'both'])
  assert.deepEqual(await seen('other'), [])
  assert.deepEqual(await introspect(server, tokens.orders, 'api'), { active: false })
  assert.equal((await introspect(server, await tokenFor(issuer), 'api'))['active'], true)
})
