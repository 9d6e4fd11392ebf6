/** RFC 7662: token introspection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner } from 'fast-jwt'
import { decodeJwt } from 'jose'
import { basicOf } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, refresh } from '../support/grants.ts'
import { startServer, testSecret } from '../support/server.ts'

const issuer = 'http://127.0.0.1:8000'

for (const database of databaseKinds) {
  test(`${database}: §2.2 an active access token is returned with its claims`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    const { accessToken } = await refresh(server, refreshToken)
    const response = await server.post('/introspect', { token: accessToken }, basicOf('api'))
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.deepEqual(JSON.parse(await response.text()), {
      active: true,
      scope: 'me items',
      client_id: 'app',
      username: 'tim',
      token_type: 'bearer',
      exp: server.clock.now + 1800,
      iat: server.clock.now,
      sub: 'tim',
      aud: issuer,
      iss: issuer,
      jti: decodeJwt(accessToken).jti,
    })
    assert.equal((await introspect(server, accessToken, 'app'))['active'], true)
  })

  test(`${database}: §2.2 a client can introspect its own refresh token, until it is consumed`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { refreshToken } = await givenGrant(server)
    assert.deepEqual(await introspect(server, refreshToken, 'app'), {
      active: true,
      scope: 'me items',
      client_id: 'app',
      sub: 'tim',
      token_type: 'refresh_token',
      exp: server.clock.now + 14 * 86_400,
      iat: server.clock.now,
    })
    const { refreshToken: next } = await refresh(server, refreshToken)
    assert.deepEqual(await introspect(server, refreshToken, 'app'), { active: false })
    assert.equal((await introspect(server, next, 'app'))['active'], true)
    server.clock.now += 14 * 86_400
    assert.deepEqual(await introspect(server, next, 'app'), { active: false })
  })
}

test("§2.2 a client's own token names no user", async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const response = await server.post('/token', { grant_type: 'client_credentials' }, basicOf('api'))
  const { access_token: token } = JSON.parse(await response.text())
  const status = await introspect(server, token)
  assert.deepEqual(
    [status['active'], status['sub'], status['client_id'], status['username']],
    [true, 'api', 'api', undefined],
  )
})

test("§2.2 the tutorial's token, with only sub and exp, is returned with the default scopes", async (t) => {
  const server = await startServer(t, { algorithm: 'HS256', clients: declaredClients })
  const exp = server.clock.now + 60
  const token = createSigner({ key: testSecret, noTimestamp: true })({ sub: 'tim', exp })
  assert.deepEqual(await introspect(server, token), {
    active: true,
    scope: 'me items',
    client_id: 'first-party',
    username: 'tim',
    token_type: 'bearer',
    exp,
    sub: 'tim',
  })
})

test('§2.1 token_type_hint is only a hint, and an unknown value is ignored', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const token = await server.accessToken()
  for (const hint of ['access_token', 'refresh_token', 'something else']) {
    const response = await server.post('/introspect', { token, token_type_hint: hint }, basicOf('api'))
    assert.equal(JSON.parse(await response.text()).active, true, hint)
  }
})
