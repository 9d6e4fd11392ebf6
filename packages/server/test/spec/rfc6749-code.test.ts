/** RFC 6749 §3.1 and §4.1: the authorization endpoint and the authorization code grant. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { type AuthorizationResponse, ask, askRaw, errorFor, givenCode } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import {
  authorizeUrl,
  exchange,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { startServer, type TestServer } from '../support/server.ts'

const otherApp: ClientDeclaration = { ...webApp, client_id: 'other-app', client_name: 'Other App' }
const serviceOnly: ClientDeclaration = { ...webApp, client_id: 'service', grant_types: ['client_credentials'] }
const twoUris: ClientDeclaration = {
  ...webApp,
  client_id: 'two-uris',
  redirect_uris: [redirectUri, 'https://app.example.com/other'],
}
const clients = [webApp, otherApp, serviceOnly, twoUris]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

/** A plain OAuth request, without openid. */
const plain = { scope: 'me', redirect_uri: redirectUri }

function checkPage({ status, location, body }: AuthorizationResponse): void {
  assert.deepEqual([status, location], [400, ''])
  assert.match(body, /id="request-id"/)
}

async function redeem(
  server: TestServer,
  client: ClientDeclaration,
  form: Readonly<Record<string, string | undefined>>,
) {
  return await exchange(server, client, { grant_type: 'authorization_code', redirect_uri: redirectUri, ...form })
}

test('§3.1 parameters come by GET, or by POST in a form, which is redirected to GET', async () => {
  const request = authorizeUrl(requestOf(webApp, newPkce())).split('?')[1] ?? ''
  assert.match((await askRaw(server, `/authorize?${request}`)).location, /^\/login\?/)
  const posted = await server.post('/authorize', request)
  assert.deepEqual([posted.status, posted.headers.get('location')], [303, `/authorize?${request}`])
})

test('§3.1 a posted request that is too long for a URL is rejected at once', async () => {
  const request = authorizeUrl(requestOf(webApp, newPkce())).split('?')[1] ?? ''
  const room = 8 * 1024 - `/authorize?${request}&more=a`.length
  const post = (length: number) => server.post('/authorize', `${request}&more=${'a'.repeat(length + 1)}`)
  assert.deepEqual([(await post(room)).status, (await post(room + 1)).status], [303, 414])
  assert.equal((await server.post('/logout', `state=${'a'.repeat(60_000)}`)).status, 414)
})

test('§3.1 a parameter without a value counts as omitted, an unknown parameter is ignored', async () => {
  const { location } = await ask(server, { prompt: '', max_age: '', foo: 'bar' })
  assert.match(location, /^\/login\?/)
  checkPage(await ask(server, { client_id: '' }))
})

for (const name of ['client_id', 'redirect_uri', 'state', 'scope', 'response_type', 'code_challenge']) {
  test(`§3.1 F14 ${name} must not be included more than once`, async () => {
    checkPage(await askRaw(server, `${authorizeUrl(requestOf(webApp, newPkce()))}&${name}=x`))
  })
}

for (const [type, error] of [
  ['token', 'unsupported_response_type'],
  ['code token', 'unsupported_response_type'],
  ['code id_token', 'unsupported_response_type'],
  ['id_token', 'unsupported_response_type'],
  ['CODE', 'unsupported_response_type'],
  [undefined, 'invalid_request'],
] as const) {
  test(`§3.1.1, §4.1.2.1 the response type "${type ?? ''}" is ${error}`, async () => {
    assert.equal(await errorFor(server, webApp, { response_type: type }), error)
  })
}

test('§3.1.2.3 a plain request may omit the only redirect URI, but not one of two', async () => {
  const without = { ...plain, redirect_uri: undefined }
  assert.match((await ask(server, without)).location, /^\/login\?/)
  checkPage(await ask(server, without, twoUris))
})

test('§3.1.2.4, §4.1.2.1 an unknown client and an unregistered redirect URI are errors on a page, not at the URI', async () => {
  checkPage(await ask(server, { client_id: 'nobody' }))
  checkPage(await ask(server, { redirect_uri: 'https://evil.example/cb' }))
  checkPage(await ask(server, { redirect_uri: 'https://evil.example/cb', prompt: 'none' }))
})

test("§3.3 without a scope, the deployment's own scopes that the client has are requested", async () => {
  const { code, pkce } = await givenCode(server, webApp, { scope: undefined })
  const { body } = await redeem(server, webApp, { code, code_verifier: pkce.verifier })
  assert.equal(body['scope'], 'me items')
  assert.equal('id_token' in body, false)
})

const errors: readonly (readonly [
  error: string,
  client: ClientDeclaration,
  more: Record<string, string | undefined>,
])[] = [
  ['invalid_request', webApp, { code_challenge: 'short' }],
  ['unauthorized_client', serviceOnly, plain],
  ['invalid_scope', webApp, { scope: 'unknown' }],
  ['unsupported_response_type', webApp, { response_type: 'token' }],
]

for (const [error, client, more] of errors) {
  test(`§4.1.2.1 ${error} comes to the redirect URI with the state`, async () => {
    const { status, location, parameters } = await ask(server, more, client)
    assert.equal(status, 303)
    assert.ok(location.startsWith(`${redirectUri}?`))
    assert.deepEqual([parameters.get('error'), parameters.get('state')], [error, 'a state'])
    assert.match(parameters.get('error_description') ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.match(parameters.get('error_uri') ?? '', /^http:\/\/127\.0\.0\.1:8000\/errors#\w+$/)
    assert.equal(parameters.has('code'), false)
  })
}

test('§4.1.2.1 to cancel at the login page or deny at the consent page is access_denied', async () => {
  const agent = userAgentOf(server)
  const login = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  assert.equal(responseOf(await agent.submit(login, { decision: 'cancel' })).get('error'), 'access_denied')
  const again = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const consent = await agent.submit(again, { username: 'tim', password: 'tim1234' })
  assert.equal(responseOf(await agent.submit(consent, { decision: 'deny' })).get('error'), 'access_denied')
})

for (const database of databaseKinds) {
  test(`${database}: §4.1.2 the state is returned exactly as it was sent`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    for (const state of ['a b+c&d=e%20', 'ключ', '{"a":"<b>"}', 'x'.repeat(2000), undefined]) {
      const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { state }))))
      assert.ok(responseOf(page).get('code'))
      assert.equal(responseOf(page).get('state'), state ?? null)
    }
  })

  test(`${database}: §4.1.2, §10.5 a code works once; the second use revokes what the first issued`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code, pkce } = await givenCode(server, webApp, plain)
    const form = { code, code_verifier: pkce.verifier }
    const { body: first } = await redeem(server, webApp, form)
    assert.equal(await opens(server, String(first['access_token'])), true)
    const second = await redeem(server, webApp, form)
    assert.deepEqual([second.status, second.body['error']], [400, 'invalid_grant'])
    assert.equal(await opens(server, String(first['access_token'])), false)
    const refresh = { grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) }
    assert.equal((await exchange(server, webApp, refresh)).body['error'], 'invalid_grant')
  })

  test(`${database}: §4.1.2 a code works for 60 seconds`, async (t) => {
    const server = await startServer(t, { database, clients })
    for (const [wait, status] of [
      [59, 200],
      [60, 400],
    ] as const) {
      const { code, pkce } = await givenCode(server, webApp)
      server.clock.now += wait
      assert.equal((await redeem(server, webApp, { code, code_verifier: pkce.verifier })).status, status)
    }
  })

  test(`${database}: §4.1.3 a code is for the client that requested it; another client does not consume it`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code, pkce } = await givenCode(server, webApp)
    const form = { code, code_verifier: pkce.verifier }
    assert.equal((await redeem(server, otherApp, form)).body['error'], 'invalid_grant')
    assert.equal((await redeem(server, webApp, form)).status, 200)
  })
}

for (const presented of [undefined, 'https://app.example.com/cb/', 'https://evil.example/cb']) {
  test(`§4.1.3 a redirect_uri that was sent must be sent again; ${presented ?? 'none'} is invalid_grant`, async () => {
    const { code, pkce } = await givenCode(server, webApp)
    const form = { code, code_verifier: pkce.verifier, redirect_uri: presented }
    const { status, body } = await redeem(server, webApp, form)
    assert.deepEqual([status, body['error']], [400, 'invalid_grant'])
  })
}

test('§4.1.3 a redirect_uri that was not sent need not be sent', async () => {
  for (const presented of [undefined, redirectUri]) {
    const { code, pkce } = await givenCode(server, webApp, { ...plain, redirect_uri: undefined })
    const form = { code, code_verifier: pkce.verifier, redirect_uri: presented }
    assert.equal((await redeem(server, webApp, form)).status, 200)
  }
})

test('§4.1.3 code is required, and the client must authenticate', async () => {
  assert.equal((await redeem(server, webApp, {})).body['error'], 'invalid_request')
  const { code, pkce } = await givenCode(server, webApp)
  const form = { code, code_verifier: pkce.verifier }
  const wrong = { ...webApp, client_secret: 'another secret that is long enough for anyone' }
  assert.equal((await redeem(server, wrong, form)).status, 401)
  assert.equal((await redeem(server, webApp, form)).status, 200)
})

test('§4.1.4, §5.1 the response has a token of each kind, its lifetime and its scope, and is not cached', async (t) => {
  const server = await startServer(t, { clients })
  const { code, pkce } = await givenCode(server, webApp, plain)
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier }
  const response = await server.post('/token', form, basicOf(webApp.client_id, webApp.client_secret))
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('pragma'), 'no-cache')
  const body = JSON.parse(await response.text())
  assert.deepEqual(Object.keys(body), [
    'access_token',
    'token_type',
    'expires_in',
    'scope',
    'refresh_token',
    'refresh_token_expires_in',
  ])
  assert.deepEqual([body.token_type, body.expires_in, body.scope], ['bearer', 1800, 'me'])
  // Without offline_access, the tokens end with the session.
  assert.equal(body.refresh_token_expires_in, server.server.context.config.sessionLifetime)
})

test('§10.10 no two codes are the same, and each has more than 128 bits', async () => {
  const agent = userAgentOf(server)
  const codes: string[] = []
  for (let made = 0; made < 5; made++) {
    codes.push((await givenCode(server, webApp, {}, { agent })).code)
  }
  assert.equal(new Set(codes).size, 5)
  for (const code of codes) assert.match(code, /[A-Za-z0-9_-]{43}$/)
})
