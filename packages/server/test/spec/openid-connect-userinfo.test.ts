/** OpenID Connect Core 1.0 §5.3 to §5.5 and §11: userinfo, the `claims` parameter, offline access. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { errorFor } from '../support/authorization.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, type TestServer } from '../support/server.ts'

const { grant_types: _grantTypes, ...withoutGrants } = webApp
const withoutRefresh: ClientDeclaration = { ...withoutGrants, client_id: 'without-refresh' }
const clients = [webApp, withoutRefresh]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

async function userinfoOf(
  server: TestServer,
  more: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { access_token: token } = await logIn(server, webApp, more)
  const response = await server.get('/userinfo', { authorization: `Bearer ${token}` })
  assert.equal(response.status, 200)
  return JSON.parse(await response.text())
}

for (const database of databaseKinds) {
  test(`${database}: §5.3.1 K9 userinfo takes GET, POST with the header, and POST with the body`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { access_token: token } = await logIn(server, webApp)
    const authorization = `Bearer ${token}`
    const responses = [
      await server.get('/userinfo', { authorization }),
      await server.post('/userinfo', '', { authorization }),
      await server.post('/userinfo', { access_token: token }),
    ]
    for (const response of responses) {
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-type'), 'application/json')
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.deepEqual(JSON.parse(await response.text()), { sub: 'tim' })
    }
  })

  test(`${database}: §11 offline access lasts longer than the session, other access ends with it`, async (t) => {
    const session = { sessionLifetime: 3600, sessionIdleLifetime: 3600 }
    const server = await startServer(t, { database, clients, ...session })
    const offline = await logIn(server, webApp, { scope: 'openid offline_access' })
    const online = await logIn(server, webApp, { scope: 'openid' })
    server.clock.now += 3601
    const refresh = async (token: string) =>
      (await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: token })).status
    assert.deepEqual([await refresh(offline.refresh_token), await refresh(online.refresh_token)], [200, 400])
  })
}

test('§5.3.1 K9 userinfo rejects every other method', async (t) => {
  const { server } = await startServer(t)
  const response = await server.fetch(new Request('http://127.0.0.1:8000/userinfo', { method: 'PUT' }))
  assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD, POST'])
})

test('§5.3.3 K9 a missing token, a malformed token and a token in another scheme are 401 with a challenge', async () => {
  const { access_token: token } = await logIn(server, webApp)
  const none = await server.get('/userinfo')
  assert.deepEqual([none.status, none.headers.get('www-authenticate')], [401, 'Bearer'])
  for (const authorization of ['Bearer garbage', `Bearer ${token}x`, `DPoP ${token}`, 'Bearer']) {
    const response = await server.get('/userinfo', { authorization })
    assert.equal(response.status, 401, authorization)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/)
  }
})

test('§5.3.3 K9 a token of another issuer, an expired one and an ID token are invalid_token', async (t) => {
  const server = await startServer(t, { clients })
  const { databaseUrl } = server
  const elsewhere = await startServer(t, { clients, databaseUrl, issuer: 'https://other.example' })
  const { access_token: token, id_token: idToken } = await logIn(server, webApp)
  const at = async (one: TestServer, presented: string) => {
    const response = await one.get('/userinfo', { authorization: `Bearer ${presented}` })
    return [response.status, response.headers.get('www-authenticate')?.includes('error="invalid_token"')]
  }
  assert.deepEqual(await at(elsewhere, token), [401, true])
  assert.deepEqual(await at(server, idToken), [401, true])
  server.clock.now += 1800
  assert.deepEqual(await at(server, token), [401, true])
})

test('§5.3.3 K9 a token without the scope openid is insufficient_scope', async () => {
  const { access_token: token } = await logIn(server, webApp, { scope: 'me' })
  const response = await server.get('/userinfo', { authorization: `Bearer ${token}` })
  assert.equal(response.status, 403)
  assert.match(response.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/)
})

test('§5.3.1 K9 a token that is sent in two ways is invalid_request', async () => {
  const { access_token: token } = await logIn(server, webApp)
  const response = await server.post('/userinfo', { access_token: token }, { authorization: `Bearer ${token}` })
  assert.deepEqual([response.status, JSON.parse(await response.text()).error], [400, 'invalid_request'])
})

test('§5.3.2 K9 the sub is that of the ID token, and there is no claim that no scope requested', async () => {
  const { access_token: token, id_token: idToken } = await logIn(server, webApp, { scope: 'openid email' })
  const info = JSON.parse(await (await server.get('/userinfo', { authorization: `Bearer ${token}` })).text())
  assert.deepEqual(info, { sub: decodeJwt(idToken).sub, email: 'tim@gmail.com', email_verified: info.email_verified })
})

test('§5.5 claims are requested at userinfo and in the ID token separately', async () => {
  const claims = JSON.stringify({
    userinfo: { name: { essential: true }, unknown: null, 'http://example.com/other': { essential: true } },
    id_token: { email: null, auth_time: { essential: true } },
    other: {},
  })
  assert.deepEqual(await userinfoOf(server, { claims }), { sub: 'tim', name: 'Tim Ruscica' })
  const { id_token: idToken } = await logIn(server, webApp, { claims })
  const inToken = decodeJwt(idToken)
  assert.deepEqual([inToken['email'], 'name' in inToken, 'unknown' in inToken], ['tim@gmail.com', false, false])
})

test('§5.5 the consent page shows single claims as the sentence of their scope', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  await logIn(server, webApp, { scope: 'openid' }, agent)
  const claims = JSON.stringify({ userinfo: { email: null } })
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { claims })))
  assert.match(page.body, /action="\/consent"/)
  assert.ok(responseOf(await passPages(agent, page)).get('code'))
})

for (const claims of [
  '',
  '{',
  '[]',
  '"name"',
  '{"userinfo":[]}',
  '{"id_token":"name"}',
  '{"userinfo":{},"userinfo":{}}',
]) {
  test(`§5.5 F16 claims=${claims} is ${claims === '' ? 'treated as omitted' : 'invalid_request'}`, async () => {
    const error = await errorFor(server, webApp, { claims })
    if (claims === '') assert.match(error, /^\/login/)
    else assert.equal(error, 'invalid_request')
  })
}

test('§5.5.1 sub with a value: the response is about that user or is an error', async () => {
  const agent = userAgentOf(server)
  await logIn(server, webApp, {}, agent)
  const resultFor = async (subject: string) => {
    const claims = JSON.stringify({ id_token: { sub: { value: subject } } })
    const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { claims, prompt: 'none' })))
    return responseOf(page).get('error') ?? (responseOf(page).has('code') ? 'code' : '')
  }
  assert.deepEqual([await resultFor('tim'), await resultFor('alice')], ['code', 'login_required'])
})

test('§5.5.1.1 an essential acr that cannot be met fails; a voluntary one does not', async () => {
  const acr = (request: object) => JSON.stringify({ id_token: { acr: request } })
  const unmet = await errorFor(server, webApp, { claims: acr({ essential: true, values: ['urn:example:gold'] }) })
  assert.equal(unmet, 'unmet_authentication_requirements')
  for (const request of [{ essential: true, values: ['urn:example:gold', '1'] }, { values: ['urn:example:gold'] }]) {
    const { id_token: idToken } = await logIn(server, webApp, { claims: acr(request) })
    assert.equal(decodeJwt(idToken)['acr'], '1')
  }
})

test('§11 offline access is ignored for a client that may not refresh', async () => {
  const { scope, refresh_token: refreshToken } = await logIn(server, withoutRefresh, { scope: 'openid offline_access' })
  assert.deepEqual([scope, refreshToken], ['openid', undefined])
})

for (const scope of ['offline_access', ' offline_access  offline_access ']) {
  test(`§11 a client that requests only ${JSON.stringify(scope)}, and may not refresh, gets no other scope instead`, async () => {
    const tokens = await logIn(server, withoutRefresh, { scope })
    assert.deepEqual([tokens.scope, tokens.refresh_token, tokens.id_token], ['', undefined, undefined])
    const authorization = `Bearer ${tokens.access_token}`
    assert.equal((await server.get('/users/me', { authorization })).status, 403)
  })
}

test('§11 offline access is consented to like any scope', async () => {
  const agent = userAgentOf(server)
  await logIn(server, webApp, { scope: 'openid' }, agent)
  const request = requestOf(webApp, newPkce(), { scope: 'openid offline_access' })
  assert.match((await agent.open(authorizeUrl(request))).body, /action="\/consent"/)
  const silent = await agent.open(authorizeUrl({ ...request, prompt: 'none' }))
  assert.equal(responseOf(silent).get('error'), 'consent_required')
})
