/** RFC 7009: token revocation. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSigner } from 'fast-jwt'
import { basicOf } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, opens, refresh } from '../support/grants.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer, testSecret } from '../support/server.ts'

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients: declaredClients })

for (const database of databaseKinds) {
  const options = { database, clients: declaredClients }

  test(`${database}: §2.1 revoking a refresh token revokes its grant: all its access tokens, and no other grant`, async (t) => {
    const server = await startServer(t, options)
    const { refreshToken } = await givenGrant(server)
    const bystander = await givenGrant(server)
    const first = await refresh(server, refreshToken)
    const second = await refresh(server, first.refreshToken)

    const response = await server.post('/revoke', { token: second.refreshToken }, basicOf('app'))

    assert.deepEqual([response.status, await response.text()], [200, '{}'])
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    for (const { accessToken } of [first, second]) assert.equal(await opens(server, accessToken), false)
    assert.equal((await refresh(server, second.refreshToken)).error, 'invalid_grant')
    assert.equal((await refresh(server, bystander.refreshToken)).status, 200)
    assert.deepEqual(await server.server.context.store.incidents.list(0, 1), [])
  })

  test(`${database}: §2.1 revoking a consumed refresh token revokes its grant, too`, async (t) => {
    const server = await startServer(t, options)
    const { refreshToken } = await givenGrant(server)
    const { accessToken } = await refresh(server, refreshToken)
    await server.post('/revoke', { token: refreshToken }, basicOf('app'))
    assert.equal(await opens(server, accessToken), false)
  })

  test(`${database}: §2.1 an access token is revoked at once, and its refresh token stays active`, async (t) => {
    const server = await startServer(t, options)
    const { refreshToken } = await givenGrant(server)
    const { accessToken, ...first } = await refresh(server, refreshToken)
    assert.equal(await opens(server, accessToken), true)
    assert.equal((await server.post('/revoke', { token: accessToken }, basicOf('app'))).status, 200)
    assert.equal(await opens(server, accessToken), false)
    assert.deepEqual(await introspect(server, accessToken), { active: false })
    const second = await refresh(server, first.refreshToken)
    assert.equal(await opens(server, second.accessToken), true)
  })

  test(`${database}: §2 a revocation at one server takes effect at the others`, async (t) => {
    const one = await startServer(t, options)
    const two = await startServer(t, { databaseUrl: one.databaseUrl, clients: declaredClients })
    const { refreshToken } = await givenGrant(one)
    const { accessToken } = await refresh(one, refreshToken)
    assert.equal(await opens(two, accessToken), true)
    await one.post('/revoke', { token: accessToken }, basicOf('app'))
    assert.equal(await opens(two, accessToken), false)
  })
}

test('§2.1 a public client revokes with its client_id', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { grant, refreshToken } = await givenGrant(server, { clientId: 'spa' })
  assert.equal((await server.post('/revoke', { token: refreshToken, client_id: 'spa' })).status, 200)
  assert.notEqual((await server.server.context.store.grants.find(grant.id))?.revokedAt, null)
})

for (const algorithm of ['ES256', 'HS256'] as const) {
  test(`${algorithm}: the tutorial's software logs out when it revokes its token`, async (t) => {
    const server = await startPasswordGrantServer(t, { algorithm })
    const [token, other] = [await server.accessToken(), await server.accessToken()]
    assert.equal((await server.post('/revoke', { token })).status, 200)
    assert.equal(await opens(server, token), false)
    assert.equal(await opens(server, other), true)
  })
}

test('§2.2.1 a token without jti, such as old code signs with the same secret, is unsupported_token_type', async (t) => {
  const server = await startPasswordGrantServer(t, { algorithm: 'HS256' })
  const token = createSigner({ key: testSecret, noTimestamp: true })({ sub: 'tim', exp: server.clock.now + 60 })
  const response = await server.post('/revoke', { token })
  assert.deepEqual([response.status, JSON.parse(await response.text()).error], [400, 'unsupported_token_type'])
})

test('§2.1 token is required', async () => {
  const response = await server.post('/revoke', { token_type_hint: 'refresh_token' }, basicOf('app'))
  assert.deepEqual([response.status, JSON.parse(await response.text()).error], [400, 'invalid_request'])
})

test('§2.1 the client must authenticate', async () => {
  const { refreshToken } = await givenGrant(server)
  for (const headers of [{}, basicOf('app', 'wrong'), basicOf('nobody')]) {
    const response = await server.post('/revoke', { token: refreshToken }, headers)
    assert.deepEqual([response.status, JSON.parse(await response.text()).error], [401, 'invalid_client'])
  }
  assert.equal((await refresh(server, refreshToken)).status, 200)
})

test('a client that is itself the subject can revoke its token', async () => {
  const response = await server.post('/token', { grant_type: 'client_credentials' }, basicOf('api'))
  const { access_token: token } = JSON.parse(await response.text())
  assert.equal((await introspect(server, token))['active'], true)
  assert.equal((await server.post('/revoke', { token }, basicOf('api'))).status, 200)
  assert.deepEqual(await introspect(server, token), { active: false })
})
