/** RFC 6749: The OAuth 2.0 Authorization Framework. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { completeLogin } from '../../src/oauth/authorization-response.ts'
import { requestClientCredentials } from '../../src/oauth/client-credentials.ts'
import { requestWithPassword } from '../../src/oauth/password.ts'
import { refreshTokens } from '../../src/oauth/refresh.ts'
import { requestTokens } from '../../src/oauth/token-request.ts'
import { metadataOf, startIssuer, tokenResponse } from '../support/issuer.ts'
import { callbackFor, configFor, logIn, redirectUri, startOfTests } from '../support/logins.ts'

test('§4.1.1 the authorization URL has what the flow needs, and the options of the login', async (t) => {
  const issuer = await startIssuer(t)
  const options = {
    scope: 'openid email',
    prompt: 'login',
    loginHint: 'tim',
    maxAge: 60,
    uiLocales: 'de en',
    extra: { acr_values: 'high' },
  } as const
  const { url, transaction } = await beginLogin(configFor(issuer), options)
  const { code_challenge, ...parameters } = Object.fromEntries(new URL(url).searchParams)
  assert.ok(url.startsWith(`${issuer.url}/authorize?`))
  assert.match(code_challenge ?? '', /^[\w-]{43}$/)
  assert.deepEqual(parameters, {
    response_type: 'code',
    client_id: 'notes',
    redirect_uri: redirectUri,
    scope: 'openid email',
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge_method: 'S256',
    prompt: 'login',
    login_hint: 'tim',
    max_age: '60',
    ui_locales: 'de en',
    acr_values: 'high',
  })
  assert.deepEqual(JSON.parse(JSON.stringify(transaction)), transaction)
})

test('§4.1.1 extra parameters cannot replace any that the login depends on', async (t) => {
  const config = configFor(await startIssuer(t))
  for (const name of ['state', 'nonce', 'code_challenge', 'redirect_uri', 'client_id', 'response_type', 'resource']) {
    await assert.rejects(beginLogin(config, { extra: { [name]: 'x' } }), {
      name: 'TypeError',
      message: new RegExp(name),
    })
  }
})

test('§3.1 a query of the endpoint is kept', async (t) => {
  const issuer = await startIssuer(t)
  const metadata = metadataOf(issuer, { authorization_endpoint: `${issuer.url}/authorize?tenant=a%20b` })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  const { searchParams } = new URL((await beginLogin(configFor(issuer))).url)
  assert.equal(searchParams.get('tenant'), 'a b')
  assert.equal(searchParams.get('client_id'), 'notes')
})

test('§4.1.2, §3.1 a response with a parameter twice is rejected', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  for (const name of ['state', 'code', 'iss', 'error']) {
    const { url, transaction } = await beginLogin(config)
    const callback = new URL(callbackFor(issuer, url, name === 'error' ? { error: 'access_denied' } : {}))
    callback.searchParams.append(name, callback.searchParams.get(name) ?? '')
    const rejected = { code: 'callback_invalid', message: new RegExp(`${name} twice`) }
    await assert.rejects(completeLogin(config, transaction, callback), rejected)
  }
  assert.equal(issuer.posted('/token').length, 0)
})

test('§4.1.2 a response without code, or with an empty one, is rejected', async (t) => {
  const issuer = await startIssuer(t)
  for (const code of [undefined, '']) {
    await assert.rejects(logIn(issuer, configFor(issuer), { callback: { code } }), { code: 'callback_invalid' })
  }
})

test('§4.1.2.1 an error of the issuer is reported by its code, with its description', async (t) => {
  const issuer = await startIssuer(t)
  const callback = { code: undefined, error: 'access_denied', error_description: 'The user said no' }
  await assert.rejects(logIn(issuer, configFor(issuer), { callback }), {
    code: 'authorization_failed',
    error: 'access_denied',
    message: 'The issuer responds to the login with access_denied: The user said no',
  })
})

test('§4.1.2.1 codes and descriptions with forbidden characters are not reported', async (t) => {
  const issuer = await startIssuer(t)
  const callback = { code: undefined, error: '<b>x</b>', error_description: 'two\nlines' }
  await assert.rejects(logIn(issuer, configFor(issuer), { callback }), {
    code: 'authorization_failed',
    message: 'The issuer responds to the login with an error',
  })
})

test('§10.12 a response to another login is rejected, and its code is not sent', async (t) => {
  const issuer = await startIssuer(t)
  for (const state of ['of-the-attacker', '', undefined]) {
    await assert.rejects(logIn(issuer, configFor(issuer), { callback: { state } }), { code: 'state_mismatch' })
  }
  assert.equal(issuer.posted('/token').length, 0)
})

test('a login must be completed within ten minutes', async (t) => {
  const issuer = await startIssuer(t)
  let now = startOfTests
  const config = configFor(issuer, { now: () => now })
  const { url, transaction } = await beginLogin(config)
  now += 601
  await assert.rejects(completeLogin(config, transaction, callbackFor(issuer, url)), { code: 'login_too_old' })
})

test('§4.1.3 a public client exchanges its code with client_id, the redirect URI and no secret', async (t) => {
  const issuer = await startIssuer(t)
  await logIn(issuer, configFor(issuer))
  const [form] = issuer.posted('/token')
  const { code_verifier, ...parameters } = Object.fromEntries(form ?? [])
  assert.ok(code_verifier)
  assert.deepEqual(parameters, {
    grant_type: 'authorization_code',
    code: 'code-1',
    redirect_uri: redirectUri,
    client_id: 'notes',
  })
  assert.equal(issuer.requests.at(-1)?.headers.authorization, undefined)
})

test('§2.3.1 a confidential client sends id and secret form-encoded in the header, and not in the form', async (t) => {
  const issuer = await startIssuer(t)
  await requestClientCredentials(configFor(issuer, { clientId: 'a:b c', clientSecret: 'p+ä:/%' }))
  const { headers, form } = issuer.requests.at(-1) ?? assert.fail()
  assert.equal(headers.authorization, `Basic ${btoa('a%3Ab+c:p%2B%C3%A4%3A%2F%25')}`)
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
  assert.deepEqual(Object.fromEntries(form), { grant_type: 'client_credentials' })
})

test('§4.3.2 username and password are sent in the form, with the scope', async (t) => {
  const issuer = await startIssuer(t)
  const tokens = await requestWithPassword(configFor(issuer), {
    username: 'tim',
    password: 'tim & 1234',
    scope: 'items',
  })
  assert.deepEqual(Object.fromEntries(issuer.posted('/token')[0] ?? []), {
    grant_type: 'password',
    username: 'tim',
    password: 'tim & 1234',
    scope: 'items',
    client_id: 'notes',
  })
  assert.deepEqual(tokens.scopes, ['items'])
})

test('§4.4.2 tokens for the client itself are requested with the scope, if there is one', async (t) => {
  const issuer = await startIssuer(t)
  const tokens = await requestClientCredentials(configFor(issuer, { clientSecret: 's3cret' }), { scope: 'a b' })
  assert.deepEqual(Object.fromEntries(issuer.posted('/token')[0] ?? []), {
    grant_type: 'client_credentials',
    scope: 'a b',
  })
  assert.deepEqual(tokens, {
    accessToken: 'access-1',
    tokenType: 'Bearer',
    expiresAt: startOfTests + 900,
    renewAt: startOfTests + 870,
    scopes: ['a', 'b'],
  })
})

test('§5.1 the granted scope is that of the response, or the requested one', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ body: tokenResponse({ scope: 'items' }) }) })
  const config = configFor(issuer)
  const requested = { username: 'tim', password: 'x', scope: 'items admin' }
  assert.deepEqual((await requestWithPassword(config, requested)).scopes, ['items'])
  issuer.routes['/token'] = () => ({ body: tokenResponse() })
  assert.deepEqual((await requestWithPassword(config, requested)).scopes, ['items', 'admin'])
})

test('§5.1 a short-lived token is renewed a tenth of its lifetime before it expires; one without expires_in never', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ body: tokenResponse({ expires_in: 60 }) }) })
  const parameters = { grant_type: 'client_credentials' }
  assert.equal((await requestTokens(configFor(issuer), parameters)).renewAt, startOfTests + 54)
  issuer.routes['/token'] = () => ({ body: tokenResponse({ expires_in: undefined }) })
  const tokens = await requestTokens(configFor(issuer), parameters)
  assert.ok(!('expiresAt' in tokens) && !('renewAt' in tokens))
})

test('§5.1 the token type is compared in any letter case', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ body: tokenResponse({ token_type: 'bEARER' }) }) })
  assert.equal((await requestTokens(configFor(issuer), { grant_type: 'x' })).tokenType, 'Bearer')
})

test('§5.1, §7.1 a response with a missing or wrong member is rejected', async (t) => {
  const wrong: readonly Readonly<Record<string, unknown>>[] = [
    { access_token: undefined },
    { access_token: '' },
    { access_token: 7 },
    { access_token: 'two words' },
    { access_token: 'x\r\nSet-Cookie: a=b' },
    { token_type: undefined },
    { token_type: 'DPoP' },
    { token_type: 'mac' },
    { expires_in: '900' },
    { expires_in: 0 },
    { expires_in: 0.5 },
    { expires_in: -1 },
    { access_token: null },
    { token_type: null },
    { scope: ['items'] },
    { refresh_token: 7 },
    { id_token: {} },
  ]
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  for (const member of wrong) {
    issuer.routes['/token'] = () => ({ body: tokenResponse(member) })
    const rejected = { code: 'response_invalid', message: new RegExp(Object.keys(member)[0] ?? '') }
    await assert.rejects(requestTokens(config, { grant_type: 'x' }), rejected, JSON.stringify(member))
  }
})

test('§5.1 an infinite lifetime is rejected', async (t) => {
  const body = '{"access_token":"access-1","token_type":"Bearer","expires_in":1e999}'
  const issuer = await startIssuer(t, { '/token': () => ({ body }) })
  const rejected = { code: 'response_invalid', message: /expires_in/ }
  await assert.rejects(requestTokens(configFor(issuer), { grant_type: 'x' }), rejected)
})

test('§5.2 a rejection is reported with its code, its description and its status', async (t) => {
  const body = { error: 'invalid_grant', error_description: 'Incorrect username or password' }
  const issuer = await startIssuer(t, { '/token': () => ({ status: 400, body }) })
  await assert.rejects(requestWithPassword(configFor(issuer), { username: 'tim', password: 'wrong-password' }), {
    name: 'ClientError',
    code: 'request_rejected',
    error: 'invalid_grant',
    status: 400,
    message: `${issuer.url}/token responds with invalid_grant: Incorrect username or password`,
  })
})

test('§5.2 for invalid_client the message says what to check', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ status: 401, body: { error: 'invalid_client' } }) })
  const rejected = { error: 'invalid_client', message: /check clientId and clientSecret/ }
  await assert.rejects(requestClientCredentials(configFor(issuer, { clientSecret: 's3cret' })), rejected)
})

test('§6 a new refresh token replaces the old one; without one, the old one stays, with ID token and scopes', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const tokens = await logIn(issuer, config)
  issuer.routes['/token'] = () => ({ body: tokenResponse({ access_token: 'access-2' }) })
  const second = await refreshTokens(config, tokens)
  assert.deepEqual(Object.fromEntries(issuer.posted('/token').at(-1) ?? []), {
    grant_type: 'refresh_token',
    refresh_token: 'refresh-1',
    client_id: 'notes',
  })
  assert.deepEqual(second, { ...tokens, accessToken: 'access-2' })
  issuer.routes['/token'] = () => ({ body: tokenResponse({ refresh_token: 'refresh-2' }) })
  assert.equal((await refreshTokens(config, second)).refreshToken, 'refresh-2')
})

test('§6 a rejected refresh token requires a login; so does a missing one, without a request', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ status: 400, body: { error: 'invalid_grant' } }) })
  const tokens = { accessToken: 'access-1', tokenType: 'Bearer', scopes: [] } as const
  await assert.rejects(refreshTokens(configFor(issuer), tokens), { code: 'login_required' })
  assert.equal(issuer.requests.length, 0)
  const rejected = { code: 'login_required', error: 'invalid_grant' }
  await assert.rejects(refreshTokens(configFor(issuer), { ...tokens, refreshToken: 'refresh-1' }), rejected)
})
