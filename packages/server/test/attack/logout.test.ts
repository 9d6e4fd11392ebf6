/** Logout under attack: I1, I2, I4, N1, N2 and N4 of the security cases. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { authorizeUrl, exchange, logIn, requestOf, responseOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { afterLogout, copyOf, isLoggedIn, logoutUrl } from '../support/logout.ts'
import { alice, nameOfTim } from '../support/people.ts'
import { ask, requestText } from '../support/raw-http.ts'
import { openPort, startServer, testSecret } from '../support/server.ts'

const issuer = 'http://127.0.0.1:8000'

async function givenLogin(test: TestContext) {
  const server = await startServer(test, { clients: [webApp, { ...webApp, client_id: 'other-app' }] })
  const agent = userAgentOf(server)
  const tokens = await logIn(server, webApp, {}, agent)
  return { server, agent, tokens, hint: tokens.id_token }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** Forged values in place of a token's signature, claims or header. */
const forgeries: readonly [what: string, forge: (token: string) => string][] = [
  ['a changed signature', (token) => token.replace(/.{10}$/, 'AAAAAAAAAA')],
  ['no signature', (token) => token.replace(/[^.]*$/, '')],
  ['changed claims', (token) => token.replace(/\.[^.]*\./, `.${encode({ iss: issuer, aud: 'web-app', sub: 'tim' })}.`)],
  ['alg none', (token) => `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`],
  ['alg HS256', (token) => `${encode({ alg: 'HS256', typ: 'JWT' })}.${token.split('.')[1]}.c2lnbmF0dXJl`],
  ['a value that is no token', () => 'tim'],
]

for (const [what, forge] of forgeries) {
  test(`N1 a hint with ${what} leads to an error page: no redirect, no logout`, async (t) => {
    const { agent, hint } = await givenLogin(t)
    for (const more of [{}, { client_id: 'web-app' }]) {
      const page = await agent.open(
        logoutUrl({ id_token_hint: forge(hint), post_logout_redirect_uri: afterLogout, state: 's', ...more }),
      )
      assert.equal(page.status, 400)
      assert.equal(page.headers.get('location'), null)
      assert.match(page.headers.get('content-type') ?? '', /text\/html/)
    }
    assert.equal(await isLoggedIn(agent), true)
  })
}

test('N1 an ID token of another server, and a token of this server that is no ID token, are no hints', async (t) => {
  const { agent, tokens } = await givenLogin(t)
  // The secret is the same, but the server has its own keys.
  const elsewhere = await startServer(t, { clients: [webApp], secretKey: testSecret })
  const foreign = await logIn(elsewhere, webApp)
  for (const hint of [foreign.id_token, tokens.access_token, tokens.refresh_token]) {
    assert.equal((await agent.open(logoutUrl({ id_token_hint: hint }))).status, 400)
  }
  assert.equal(await isLoggedIn(agent), true)
})

test('N1 another client’s hint is rejected', async (t) => {
  const { agent, hint } = await givenLogin(t)
  const page = await agent.open(
    logoutUrl({ id_token_hint: hint, client_id: 'other-app', post_logout_redirect_uri: afterLogout }),
  )
  assert.equal(page.status, 400)
  assert.equal(await isLoggedIn(agent), true)
})

test("N1 no image, link or frame logs a user out: without a hint of the user's own session, the user must confirm", async (t) => {
  const { server, agent } = await givenLogin(t)
  const foreign = await logIn(server, webApp, {}, userAgentOf(server), alice)
  const requests: readonly Record<string, string>[] = [
    {},
    { client_id: 'web-app' },
    { client_id: 'web-app', post_logout_redirect_uri: afterLogout },
    { id_token_hint: foreign.id_token, post_logout_redirect_uri: afterLogout },
    { decision: 'logout' },
  ]
  for (const parameters of requests) {
    const page = await agent.open(logoutUrl(parameters))
    assert.equal(page.status, 200)
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.match(page.body, /action="\/logout\/confirm"/)
  }
  assert.equal(await isLoggedIn(agent), true)
})

const unregisteredAddresses: readonly string[] = [
  'https://evil.example/',
  `${afterLogout}/`,
  `${afterLogout}?more=1`,
  `${afterLogout}#fragment`,
  afterLogout.toUpperCase(),
  `${afterLogout}%20`,
  'https://app.example.com',
  'https://app.example.com.evil.example/signed-out',
  'https://app.example.com@evil.example/signed-out',
  'https://app.example.com/signed-out/../evil',
  'http://app.example.com/signed-out',
  '//evil.example/signed-out',
  '/login',
  'javascript:alert(1)',
  'data:text/html,x',
  `${afterLogout}\r\nset-cookie: a=b`,
  // A redirect URI, not a post-logout redirect URI.
  'https://app.example.com/cb',
]
for (const address of unregisteredAddresses) {
  test(`N2 nothing redirects to ${JSON.stringify(address)} or logs the user out`, async (t) => {
    const { server, agent, hint } = await givenLogin(t)
    for (const client of [
      { id_token_hint: hint },
      { client_id: 'web-app' },
      { id_token_hint: hint, client_id: 'web-app' },
    ]) {
      for (const browser of [agent, userAgentOf(server)]) {
        const page = await browser.open(logoutUrl({ ...client, post_logout_redirect_uri: address }))
        assert.equal(page.status, 400)
        assert.equal(page.headers.get('location'), null)
        assert.ok(!page.body.includes('evil.example'))
      }
    }
    assert.equal(await isLoggedIn(agent), true)
  })
}

for (const [named, client] of [
  ['no client', {}],
  ['an unknown client_id', { client_id: 'nobody' }],
] as const) {
  test(`N2 with ${named} and no hint the user may log out, and is not redirected`, async (t) => {
    const { server, agent } = await givenLogin(t)
    const url = logoutUrl({ ...client, post_logout_redirect_uri: afterLogout, state: 's' })
    const stranger = await userAgentOf(server).open(url)
    assert.deepEqual([stranger.status, stranger.headers.get('location')], [200, null])
    assert.match(stranger.body, /You are logged out/)

    const question = await agent.open(url)
    assert.deepEqual([question.status, question.headers.get('location')], [200, null])
    assert.equal(await isLoggedIn(agent), true)
    const answer = await agent.submit(question, { decision: 'logout' })
    assert.deepEqual([answer.status, answer.headers.get('location')], [200, null])
    assert.match(answer.body, /You are logged out/)
    assert.equal(await isLoggedIn(agent), false)
  })
}

test('N2 the address in the page’s form cannot be replaced', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ client_id: 'web-app', post_logout_redirect_uri: afterLogout }))
  const request = new URLSearchParams({ client_id: 'web-app', post_logout_redirect_uri: 'https://evil.example/' })
  const response = await agent.submit(page, { decision: 'logout', request: request.toString() })
  assert.deepEqual([response.status, response.headers.get('location')], [400, null])
  assert.equal(await isLoggedIn(agent), true)
})

for (const body of ['state=a\nb', 'state=a\r\nset-cookie: a=b', 'state=\u044f', 'state=a b', 'state=a#b']) {
  test(`N2 a form with the raw ${JSON.stringify(body)} is rejected: it cannot be part of a URL`, async (t) => {
    const server = await startServer(t, { clients: [webApp] })
    const response = await server.post('/logout', body)
    assert.deepEqual([response.status, response.headers.get('location')], [400, null])
    const { port } = await openPort(t, server)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }
    const raw = Buffer.from(body).toString('latin1')
    assert.equal((await ask(t, port, requestText('POST /logout', headers, raw))).status, 400)
  })
}

test('N2 state stays one parameter of the URL', async (t) => {
  const { agent, hint } = await givenLogin(t)
  const state = 'a\r\nlocation: https://evil.example\r\n\r\n&other=1#x\u{1f600}'
  const { url } = await agent.open(logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: afterLogout, state }))
  assert.match(url, /^[\x21-\x7e]+$/)
  assert.deepEqual([...new URL(url).searchParams], [['state', state]])
})

for (const database of databaseKinds) {
  test(`N4 ${database}: after a logout nothing of the session works, at any server`, async (t) => {
    const clients = [webApp]
    const server = await startServer(t, { database, clients })
    const node = await startServer(t, { databaseUrl: server.databaseUrl, clients })
    const agent = userAgentOf(server)
    const tokens = await logIn(server, webApp, { scope: 'openid me' }, agent)
    const thief = copyOf(server, agent)
    const elsewhere = copyOf(node, agent)
    const otherTab = await agent.open(authorizeUrl(requestOf(webApp, undefined, { prompt: 'login', ...challenge })))
    const unused = await agent.open(authorizeUrl(requestOf(webApp, undefined, challenge)))
    const code = responseOf(unused).get('code') ?? ''

    await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))

    assert.equal(agent.cookies.has('countersign'), false)
    for (const browser of [agent, thief, elsewhere]) assert.equal(await isLoggedIn(browser), false)
    for (const one of [server, node]) {
      const authorization = `Bearer ${tokens.access_token}`
      assert.equal((await one.get('/userinfo', { authorization })).status, 401)
      assert.equal((await one.get('/users/me', { authorization })).status, 401)
      const refreshed = await exchange(one, webApp, {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
      })
      assert.equal(refreshed.body['error'], 'invalid_grant')
    }
    const exchanged = await exchange(server, webApp, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: webApp.redirect_uris?.[0],
      code_verifier: verifier,
    })
    assert.equal(exchanged.body['error'], 'invalid_grant')
    // The page in the other tab belongs to a browser session that has ended.
    const posted = await agent.submit(otherTab, { username: 'tim', password: 'tim1234' })
    assert.equal(posted.status, 403)
  })
}

/** RFC 7636 Appendix B. */
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

const crossSite: readonly [what: string, headers: Record<string, string>][] = [
  ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
  ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
  ['another Origin', { origin: 'https://evil.example' }],
  ['a cross-site Origin: null', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
]
for (const [what, headers] of crossSite) {
  test(`I1 the logout form with ${what} is rejected, and no user is logged out`, async (t) => {
    const { agent } = await givenLogin(t)
    const { body } = await agent.open('/logout')
    const csrf = /name="csrf_token" value="([^"]+)"/.exec(body)?.[1] ?? ''
    const response = await agent.send(confirmation({ csrf_token: csrf, decision: 'logout', request: '' }, headers))
    assert.equal(response.status, 403)
    assert.equal(await isLoggedIn(agent), true)
  })
}

test('I1 the logout form without a token, with the token of another browser, or by GET, logs nobody out', async (t) => {
  const { server, agent } = await givenLogin(t)
  const attacker = userAgentOf(server)
  await logIn(server, webApp, {}, attacker, alice)
  const { body } = await attacker.open('/logout')
  const foreign = /name="csrf_token" value="([^"]+)"/.exec(body)?.[1] ?? ''
  const sameOrigin = { 'sec-fetch-site': 'same-origin' }
  for (const fields of [{ other: 'x' }, { csrf_token: '' }, { csrf_token: foreign }]) {
    const response = await agent.send(confirmation({ ...fields, decision: 'logout', request: '' }, sameOrigin))
    // The page of another browser may be one of this browser from before a login: the user is asked again.
    assert.equal(response.status, fields['csrf_token'] === foreign ? 303 : 403)
  }
  const byGet = new Request(`${issuer}/logout/confirm?decision=logout&csrf_token=${foreign}`)
  assert.equal((await agent.send(byGet)).status, 405)
  assert.equal(await isLoggedIn(agent), true)
})

test('I1 an unknown decision is rejected', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open('/logout')
  assert.equal((await agent.submit(page, { decision: 'perhaps' })).status, 400)
  assert.equal(await isLoggedIn(agent), true)
})

function confirmation(fields: Record<string, string>, headers: Record<string, string>): Request {
  return new Request(`${issuer}/logout/confirm`, { method: 'POST', body: new URLSearchParams(fields), headers })
}

test('I2 the cookie from before a logout has no session, and the next login sets another one', async (t) => {
  const { server, agent, hint } = await givenLogin(t)
  const before = agent.cookies.get('countersign')
  const old = copyOf(server, agent)
  const response = await agent.send(new Request(`${issuer}${logoutUrl({ id_token_hint: hint })}`))
  assert.match(response.headers.get('set-cookie') ?? '', /^countersign=; Path=\/; Max-Age=0; HttpOnly;/)
  await logIn(server, webApp, {}, agent)
  assert.notEqual(agent.cookies.get('countersign'), before)
  assert.equal(await isLoggedIn(agent), true)
  assert.equal(await isLoggedIn(old), false)
})

test('I4 after a logout without cookies, the next user of the browser gets nothing of the first user', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  // As from another site's frame or after the cookies were cleared: the server cannot know which browser it is.
  await userAgentOf(server).open(logoutUrl({ id_token_hint: tokens.id_token }))
  agent.cookies.clear()
  const second = await logIn(server, webApp, { scope: 'openid me' }, agent, alice)
  const me = await server.get('/users/me', { authorization: `Bearer ${second.access_token}` })
  assert.equal(JSON.parse(await me.text()).username, 'alice')
  const page = await agent.open(authorizeUrl(requestOf(webApp, undefined, { prompt: 'select_account', ...challenge })))
  assert.doesNotMatch(page.body, nameOfTim)
  assert.match((await agent.open('/logout')).body, /You are logged in as <bdi class="name">alice/)
})
