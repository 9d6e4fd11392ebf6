/** RFC 6749 §6 with RFC 9700 §4.14: refreshing an access token. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { rejectionReasons } from '../support/accounts.ts'
import { basicOf } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, opens, refresh } from '../support/grants.ts'
import { startServer } from '../support/server.ts'

for (const database of databaseKinds) {
  const options = { database, clients: declaredClients }

  test(`${database}: §5.1 a refresh returns an access token and another refresh token`, async (t) => {
    const server = await startServer(t, options)
    const { grant, refreshToken } = await givenGrant(server)
    const response = await server.post(
      '/token',
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      basicOf('app'),
    )
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const body = JSON.parse(await response.text())
    assert.deepEqual(Object.keys(body), [
      'access_token',
      'token_type',
      'expires_in',
      'scope',
      'refresh_token',
      'refresh_token_expires_in',
    ])
    assert.deepEqual([body.token_type, body.expires_in, body.scope], ['bearer', 1800, 'me items'])
    assert.match(body.refresh_token, /^rt_[\w-]{43}$/)
    assert.notEqual(body.refresh_token, refreshToken)
    assert.equal(await opens(server, body.access_token), true)
    const claims = decodeJwt(body.access_token)
    assert.deepEqual([claims.sub, claims['client_id'], claims['grant_id']], ['tim', 'app', grant.id])
  })

  test(`${database}: §6 a public client refreshes with its client_id, and every use replaces the token`, async (t) => {
    const server = await startServer(t, options)
    const { refreshToken } = await givenGrant(server, { clientId: 'spa' })
    const form = { grant_type: 'refresh_token', client_id: 'spa' }
    const response = await server.post('/token', { ...form, refresh_token: refreshToken })
    assert.equal(response.status, 200)
    assert.notEqual(JSON.parse(await response.text()).refresh_token, refreshToken)
  })

  test(`${database}: OIDC Core §12.2 H14 a refresh of a grant with openid returns an ID token about the original login`, async (t) => {
    const server = await startServer(t, options)
    const begun = server.clock.now
    const { refreshToken } = await givenGrant(server, { scopes: ['openid', 'me'] })
    server.clock.now += 5000
    const { idToken = '', scope } = await refresh(server, refreshToken)
    assert.equal(scope, 'openid me')
    const claims = decodeJwt(idToken)
    assert.equal(claims.iss, 'http://127.0.0.1:8000')
    assert.deepEqual([claims.sub, claims.aud, claims['auth_time']], ['tim', 'app', begun])
    assert.equal(claims.iat, begun + 5000)
    assert.equal('nonce' in claims, false)
  })
}

test('OIDC Core §12.2 a refresh narrowed to less than openid returns no ID token', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { refreshToken } = await givenGrant(server, { scopes: ['openid', 'me'] })
  assert.equal((await refresh(server, refreshToken, { scope: 'me' })).idToken, undefined)
})

test('§5.2 refresh_token is required; an unknown token, or one of another type, is invalid_grant', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const missing = await server.post('/token', { grant_type: 'refresh_token' }, basicOf('app'))
  assert.equal(JSON.parse(await missing.text()).error, 'invalid_request')
  for (const token of ['rt_unknown', 'garbage', 'x'.repeat(60_000), await server.accessToken()]) {
    const response = await refresh(server, token)
    assert.deepEqual([response.status, response.error], [400, 'invalid_grant'])
  }
})

test('§6 the client must authenticate', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { refreshToken } = await givenGrant(server)
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
  assert.equal((await server.post('/token', { ...form, client_id: 'app' })).status, 401)
  assert.equal((await server.post('/token', form, basicOf('app', 'wrong'))).status, 401)
  assert.equal((await server.post('/token', form)).status, 401)
  assert.equal((await refresh(server, refreshToken)).status, 200)
})

test('§5.2 all reasons for invalid_grant look the same to the client', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { refreshToken } = await givenGrant(server)
  const form = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })
  const bodyOf = async (token: string) => await (await server.post('/token', form(token), basicOf('app'))).text()
  await refresh(server, refreshToken)
  server.clock.now += 31
  const reused = await bodyOf(refreshToken)
  const revoked = await bodyOf(refreshToken)
  const unknown = await bodyOf('rt_unknown')
  assert.equal(reused, unknown)
  assert.equal(revoked, unknown)
  assert.deepEqual(rejectionReasons(server), ['refresh_token_reused', 'grant_revoked', 'refresh_token_unknown'])
})

test('without a grace period, every second use is reuse', async (t) => {
  const server = await startServer(t, { clients: declaredClients, refreshTokenGrace: 0 })
  const { refreshToken } = await givenGrant(server)
  const { accessToken } = await refresh(server, refreshToken)
  assert.equal((await refresh(server, refreshToken)).error, 'invalid_grant')
  assert.equal(await opens(server, accessToken), false)
})

test('the stored user agent of a request is printable and short', async (t) => {
  const server = await startServer(t, { clients: declaredClients, refreshTokenGrace: 0 })
  const { refreshToken } = await givenGrant(server)
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
  await server.post('/token', form, { ...basicOf('app'), 'user-agent': `a\u0085b${'x'.repeat(300)}` })
  await server.post('/token', form, basicOf('app'))
  const [incident] = await server.server.context.store.incidents.list(0, 1)
  assert.equal(incident?.first?.userAgent, `a?b${'x'.repeat(197)}`)
  assert.equal(incident?.second.userAgent, null)
})

const day = 24 * 3600

for (const database of databaseKinds) {
  test(`${database}: §5.1 refresh_token_expires_in is when the token expires unused, also in a repeated response`, async (t) => {
    const server = await startServer(t, { database, clients: declaredClients })
    const { refreshToken, grant } = await givenGrant(server)
    const lifetime = async (token: string) => {
      const response = await server.post(
        '/token',
        { grant_type: 'refresh_token', refresh_token: token },
        basicOf('app'),
      )
      const { refresh_token: next, refresh_token_expires_in: seconds } = JSON.parse(await response.text())
      return { next, seconds }
    }
    const first = await lifetime(refreshToken)
    assert.equal(first.seconds, 14 * day)
    server.clock.now += 20
    assert.deepEqual(await lifetime(refreshToken), { next: first.next, seconds: 14 * day - 20 })
    // The grant ends first.
    let { next } = first
    for (const left of [80, 70, 60, 50, 40, 30, 20, 10]) {
      server.clock.now = grant.expiresAt - left * day
      const renewed = await lifetime(next)
      assert.equal(renewed.seconds, Math.min(14, left) * day)
      next = renewed.next
    }
    server.clock.now = grant.expiresAt - 1
    assert.equal((await lifetime(next)).seconds, 1)
  })
}
