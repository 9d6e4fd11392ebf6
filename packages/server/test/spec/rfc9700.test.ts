/** RFC 9700, best current practice for OAuth 2.0 security: its requirements for an authorization server, end to end. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { ask, errorFor, givenCode } from '../support/authorization.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  singlePageApp,
  userAgentOf,
  webApp,
  withoutPkce,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const clients = [webApp, singlePageApp, withoutPkce]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

const nearMisses = [
  'https://app.example.com/cb/',
  'https://app.example.com/cb?x=1',
  'https://app.example.com/CB',
  'https://app.example.com:443/cb',
  'https://app.example.com/cb/../cb',
  'http://app.example.com/cb',
  'https://app.example.com.evil.example/cb',
]

for (const uri of nearMisses) {
  test(`§2.1, §4.1.3 a redirect URI is compared as a string: ${uri} is rejected on a page`, async () => {
    const { status, location } = await ask(server, { redirect_uri: uri })
    assert.deepEqual([status, location], [400, ''])
  })
}

test('§2.1 a native app may use any port of a loopback URI; a web app only its registered port', async (t) => {
  const uris = { redirect_uris: ['http://127.0.0.1/cb'], token_endpoint_auth_method: 'none' } as const
  const native: ClientDeclaration = { client_id: 'native', application_type: 'native', ...uris }
  const web: ClientDeclaration = { client_id: 'web', application_type: 'web', ...uris }
  const server = await startServer(t, { clients: [native, web] })
  const statusOf = async (client: ClientDeclaration) =>
    (await ask(server, { redirect_uri: 'http://127.0.0.1:51004/cb' }, client)).status
  assert.deepEqual([await statusOf(native), await statusOf(web)], [303, 400])
})

test('§2.1.1 a public client cannot be registered or served without PKCE', async (t) => {
  const { client_secret: _secret, ...rest } = withoutPkce
  const open: ClientDeclaration = { ...rest, token_endpoint_auth_method: 'none' }
  await assert.rejects(startServer(t, { clients: [open] }), /require_pkce must be true/)
  const server = await startServer(t, { clients })
  const none = { code_challenge: undefined, code_challenge_method: undefined }
  assert.equal(await errorFor(server, singlePageApp, none), 'invalid_request')
})

test('§2.1.1 the discovery document says that S256 is supported', async (t) => {
  const { get } = await startServer(t)
  const metadata = JSON.parse(await (await get('/.well-known/oauth-authorization-server')).text())
  assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
})

test('§2.1.2 no response of /authorize contains an access token', async () => {
  for (const type of ['token', 'id_token token', 'code token']) {
    assert.equal(await errorFor(server, webApp, { response_type: type }), 'unsupported_response_type')
  }
})

for (const database of databaseKinds) {
  test(`${database}: §2.2.2, §4.14.2 a public client gets another refresh token at each use, and reuse revokes all of them`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { refresh_token: first } = await logIn(server, singlePageApp)
    const refresh = async (token: string) =>
      await exchange(server, singlePageApp, { grant_type: 'refresh_token', refresh_token: token })
    const { body } = await refresh(first)
    const second = String(body['refresh_token'])
    assert.notEqual(second, first)
    server.clock.now += 31
    assert.equal((await refresh(first)).body['error'], 'invalid_grant')
    assert.equal((await refresh(second)).body['error'], 'invalid_grant')
  })

  test(`${database}: §4.14.2 a refresh token is for the scope and the client that the user consented to`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { refresh_token: token } = await logIn(server, webApp, { scope: 'openid me' })
    const form = { grant_type: 'refresh_token', refresh_token: token }
    assert.equal((await exchange(server, withoutPkce, form)).body['error'], 'invalid_grant')
    assert.equal((await exchange(server, webApp, { ...form, scope: 'openid me items' })).body['error'], 'invalid_scope')
    assert.equal((await exchange(server, webApp, form)).status, 200)
  })
}

test('§2.4 the password grant is not served unless an operator enables it', async (t) => {
  const server = await startServer(t)
  const form = { grant_type: 'password', username: 'tim', password: 'tim1234' }
  const response = await server.post('/token', form)
  assert.deepEqual([response.status, JSON.parse(await response.text()).error], [400, 'unsupported_grant_type'])
})

test('§4.2.4 pages and responses are not cached and send no Referer to other sites', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  const login = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const consent = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  const response = await agent.submit(consent, { decision: 'allow' })
  for (const { headers } of [login, consent, response]) {
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cache-control'), 'no-store')
  }
  for (const { body } of [login, consent]) assert.doesNotMatch(body, /(src|href)="(https?:)?\/\//)
})

test("§4.5.3 a stolen code is useless in the attacker's own session: its verifier and its nonce differ", async () => {
  const { code: stolen } = await givenCode(server, webApp, { nonce: "the victim's" })
  const form = { grant_type: 'authorization_code', code: stolen, redirect_uri: redirectUri }
  const injected = await exchange(server, webApp, { ...form, code_verifier: newPkce().verifier })
  assert.equal(injected.body['error'], 'invalid_grant')
  const { code } = await givenCode(
    server,
    withoutPkce,
    { nonce: "the victim's" },
    { pkce: { verifier: '', challenge: newPkce().challenge } },
  )
  assert.equal((await exchange(server, withoutPkce, { ...form, code })).body['error'], 'invalid_grant')
  const { id_token: idToken } = await logIn(server, webApp, { nonce: "the victim's" })
  assert.equal(decodeJwt(idToken)['nonce'], "the victim's")
})

test('§4.8.2 a verifier for a code that was requested without a challenge is rejected', async () => {
  const agent = userAgentOf(server)
  const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(withoutPkce, undefined))))
  const { verifier } = newPkce()
  const form = { grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier }
  const code = responseOf(page).get('code') ?? ''
  assert.equal((await exchange(server, withoutPkce, { ...form, code })).body['error'], 'invalid_grant')
})

test('§4.11.2 an error goes to a redirect URI only after the client and the URI are verified', async () => {
  const hostile = { redirect_uri: 'https://evil.example/cb' }
  for (const more of [{ prompt: 'none' }, { response_type: 'token' }, { scope: 'unknown' }, { request: 'e30.e30.' }]) {
    const { location } = await ask(server, { ...hostile, ...more })
    assert.equal(location, '')
  }
})

test('§4.12 the redirect after a posted password is 303, never 307', async () => {
  const agent = userAgentOf(server)
  const login = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const [, token = ''] = /name="csrf_token" value="([^"]+)"/.exec(login.body) ?? []
  const form = { csrf_token: token, request: login.url.split('?')[1] ?? '', username: 'tim', password: 'tim1234' }
  const body = new URLSearchParams(form)
  const headers = { 'sec-fetch-site': 'same-origin' }
  const response = await agent.send(new Request('http://127.0.0.1:8000/login', { method: 'POST', body, headers }))
  assert.equal(response.status, 303)
  assert.match(response.headers.get('location') ?? '', /^\/authorize\?/)
})

test("§4.15 a client's own token is not accepted as that of a user with the same name", async (t) => {
  const robot: ClientDeclaration = {
    client_id: 'tim',
    client_secret: 'a secret of a program, long enough for anyone',
    grant_types: ['client_credentials'],
  }
  const server = await startServer(t, { clients: [robot] })
  const { body } = await exchange(server, robot, { grant_type: 'client_credentials' })
  assert.equal(decodeJwt(String(body['access_token'])).sub, 'tim')
  for (const path of ['/users/me', '/userinfo']) {
    const response = await server.get(path, { authorization: `Bearer ${body['access_token']}` })
    assert.ok([401, 403].includes(response.status), path)
  }
})

test('§4.16 no page can be framed', async () => {
  const agent = userAgentOf(server)
  const login = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const consent = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  const error = await agent.open('/authorize?client_id=nobody')
  for (const { headers } of [login, consent, error]) {
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(headers.get('x-frame-options'), 'DENY')
  }
})
