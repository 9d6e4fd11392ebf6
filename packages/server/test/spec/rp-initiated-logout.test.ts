/** OpenID Connect RP-Initiated Logout 1.0. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { keepHouse } from '../../src/housekeeping.ts'
import { clientSecret, givenClient } from '../support/clients.ts'
import { exchange, logIn, redirectUri, type Tokens, userAgentOf, webApp } from '../support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { afterLogout, isLoggedIn, logoutUrl } from '../support/logout.ts'
import { alice } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import type { UserAgent } from '../support/user-agent.ts'

interface LoggedIn {
  readonly server: TestServer
  readonly agent: UserAgent
  readonly tokens: Tokens
}

/** tim is logged in at the web app. */
async function givenLogin(
  test: TestContext,
  { database = 'sqlite', client = webApp }: { database?: DatabaseKind; client?: ClientDeclaration } = {},
): Promise<LoggedIn> {
  const clients = client.client_id === webApp.client_id ? [client] : [client, webApp]
  const server = await startServer(test, { database, clients })
  const agent = userAgentOf(server)
  return { server, agent, tokens: await logIn(server, client, {}, agent) }
}

function refresh(server: TestServer, token: string) {
  return exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: token })
}

for (const database of databaseKinds) {
  test(`${database}: §2 the session of the ID token ends at once, and the browser is sent back with state`, async (t) => {
    const { server, agent, tokens } = await givenLogin(t, { database })
    const offline = await logIn(server, webApp, { scope: 'openid offline_access', prompt: 'consent' }, agent)
    assert.equal(await isLoggedIn(agent), true)

    const { status, url, headers } = await agent.open(
      logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout, state: 'a state & more' }),
    )

    assert.deepEqual([status, url], [303, `${afterLogout}?state=a+state+%26+more`])
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(await isLoggedIn(agent), false)
    assert.equal((await refresh(server, tokens.refresh_token)).body['error'], 'invalid_grant')
    assert.equal((await refresh(server, offline.refresh_token)).status, 200)
  })
}

test('§2 POST does the same as GET', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  const body = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout })
  const response = await server.post('/logout', body.toString(), { 'sec-fetch-site': 'cross-site' })
  assert.deepEqual([response.status, response.headers.get('location')], [303, `/logout?${body}`])
  assert.equal((await agent.open(response.headers.get('location') ?? '')).url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

test('§2 a post with parameters in its address too is refused', async (t) => {
  const { post } = await startServer(t)
  assert.equal((await post('/logout?state=a', 'state=b')).status, 400)
})

test('§2 without a hint the person is asked, and goes on to the client after a yes', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ client_id: 'web-app', post_logout_redirect_uri: afterLogout, state: 's' }))
  assert.equal(page.status, 200)
  assert.match(page.body, /Web App<\/bdi> asks to log you out/)
  assert.match(page.body, /You are logged in as <bdi class="name">tim<\/bdi>/)
  assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self' https:;/)
  assert.equal(await isLoggedIn(agent), true)

  assert.equal((await agent.submit(page, { decision: 'logout' })).url, `${afterLogout}?state=s`)
  assert.equal(await isLoggedIn(agent), false)
})

test('§2 a person who says no stays logged in, and the client learns nothing', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ client_id: 'web-app', post_logout_redirect_uri: afterLogout }))
  const answer = await agent.submit(page, { decision: 'stay' })
  assert.equal(answer.status, 200)
  assert.match(answer.body, /You are still logged in/)
  assert.equal(await isLoggedIn(agent), true)
})

test('§2 no parameter is required: the person is asked, and sees that they are logged out', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open('/logout')
  assert.doesNotMatch(page.body, /asks to log you out/)
  const answer = await agent.submit(page, { decision: 'logout' })
  assert.equal(answer.status, 200)
  assert.match(answer.body, /You are logged out/)
  assert.equal(await isLoggedIn(agent), false)
})

test('§2 with a hint and no address to return to there is a page, which leads to the client’s home', async (t) => {
  const { agent, tokens } = await givenLogin(t, { client: { ...webApp, client_uri: 'https://app.example.com/home' } })
  const page = await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
  assert.match(page.body, /You are logged out/)
  assert.match(page.body, /href="https:\/\/app\.example\.com\/home"/)
  assert.equal(await isLoggedIn(agent), false)
})

test('§2 the hint of another user logs nobody out without a question', async (t) => {
  const { server, agent } = await givenLogin(t)
  const stranger = await logIn(server, webApp, {}, userAgentOf(server), alice)
  const page = await agent.open(logoutUrl({ id_token_hint: stranger.id_token, post_logout_redirect_uri: afterLogout }))
  assert.match(page.body, /You are logged in as <bdi class="name">tim<\/bdi>/)
  assert.equal(await isLoggedIn(agent), true)
})

test('§2 the hint of before the same user logged in anew is as good: the session went on', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  await logIn(server, webApp, { prompt: 'login' }, agent)
  const { url } = await agent.open(logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }))
  assert.equal(url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

for (const database of databaseKinds) {
  test(`${database}: §2 a hint ends the session that it names alone: who else is logged in there stays so`, async (t) => {
    const { server, agent, tokens } = await givenLogin(t, { database })
    server.clock.now += 1
    const others = await logIn(server, webApp, { prompt: 'login' }, agent, alice)
    const cookies = new Map(agent.cookies)
    await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
    assert.deepEqual(agent.cookies, cookies)
    assert.match((await agent.open('/logout')).body, /You are logged in as <bdi class="name">alice/)
    assert.equal((await refresh(server, tokens.refresh_token)).body['error'], 'invalid_grant')
    assert.equal((await refresh(server, others.refresh_token)).status, 200)

    await agent.open(logoutUrl({ id_token_hint: others.id_token }))
    assert.equal(agent.cookies.has('__Host-countersign'), false)
    assert.equal(await isLoggedIn(agent), false)
  })

  test(`${database}: §2 a yes on the page ends the sessions of all accounts of the browser`, async (t) => {
    const { server, agent, tokens } = await givenLogin(t, { database })
    const others = await logIn(server, webApp, { prompt: 'login' }, agent, alice)
    await agent.submit(await agent.open('/logout'), { decision: 'logout' })
    assert.equal(await isLoggedIn(agent), false)
    for (const { refresh_token: token } of [tokens, others]) {
      assert.equal((await refresh(server, token)).body['error'], 'invalid_grant')
    }
  })
}

test('§2 the hint of a session of the same user in another browser, or of one that has ended, ends none here', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  const elsewhere = userAgentOf(server)
  const theirs = await logIn(server, webApp, {}, elsewhere)
  assert.match((await agent.open(logoutUrl({ id_token_hint: theirs.id_token }))).body, /action="\/logout\/confirm"/)
  await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
  await logIn(server, webApp, {}, agent)
  assert.match((await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))).body, /action="\/logout\/confirm"/)
  for (const browser of [agent, elsewhere]) assert.equal(await isLoggedIn(browser), true)
})

test('§2 the ID token must have been issued to the client_id that stands beside it', async (t) => {
  const { agent, tokens } = await givenLogin(t, { client: { ...webApp, client_id: 'another-app' } })
  const both = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl({ ...both, client_id: 'web-app' }))).status, 400)
  assert.equal(await isLoggedIn(agent), true)
  assert.equal((await agent.open(logoutUrl({ ...both, client_id: 'another-app' }))).url, afterLogout)
})

test('§2 the pages speak a language of ui_locales, and one can change it', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ ui_locales: 'ru ja' }))
  assert.match(page.body, /<html lang="ru">/)
  const changed = await agent.submit(page, { language: 'ja' })
  assert.match(changed.body, /<html lang="ja">/)
  assert.match((await agent.submit(changed, { decision: 'logout' })).body, /<html lang="ja">/)
})

test('§2 the logout_hint, and what is not known, is ignored', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ logout_hint: 'alice', anything: 'else' }))
  assert.match(page.body, /You are logged in as <bdi class="name">tim<\/bdi>/)
})

for (const issuer of ['http://127.0.0.1:8000', 'https://login.example.com/tenant']) {
  test(`§2.1 the discovery document of ${issuer} names the endpoint`, async (t) => {
    const { get } = await startServer(t, { issuer })
    const document = JSON.parse(await (await get('/.well-known/openid-configuration')).text())
    assert.equal(document.end_session_endpoint, `${issuer}/logout`)
  })
}

test('§2.1 an issuer with a path has its pages and forms below it', async (t) => {
  const server = await startServer(t, { issuer: 'http://127.0.0.1:8000/tenant', clients: [webApp] })
  const agent = userAgentOf(server)
  await logIn(server, webApp, {}, agent)
  const page = await agent.open('/tenant/logout')
  assert.match(page.body, /action="\/tenant\/logout\/confirm"/)
  assert.match((await agent.submit(page, { decision: 'logout' })).body, /You are logged out/)
})

test('§3 without state the address is taken as it was registered', async (t) => {
  const registered = `${afterLogout}?from=countersign`
  const client = { ...webApp, post_logout_redirect_uris: [registered] }
  for (const [more, expected] of [
    [{}, registered],
    [{ state: 's' }, `${registered}&state=s`],
  ] as const) {
    const { agent, tokens } = await givenLogin(t, { client })
    const { url } = await agent.open(
      logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri: registered, ...more }),
    )
    assert.equal(url, expected)
  }
})

test('§3 state alone leads nowhere', async (t) => {
  const { agent, tokens } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ id_token_hint: tokens.id_token, state: 's' }))
  assert.match(page.body, /You are logged out/)
})

test('§3 who is not logged in any more is sent back to the client without a question', async (t) => {
  const { server, tokens } = await givenLogin(t)
  const parameters = { client_id: 'web-app', post_logout_redirect_uri: afterLogout }
  const nobody = userAgentOf(server)
  assert.equal((await nobody.open(logoutUrl(parameters))).url, afterLogout)
  assert.equal((await nobody.open(logoutUrl({ ...parameters, id_token_hint: tokens.id_token }))).url, afterLogout)
  assert.match((await nobody.open('/logout')).body, /You are logged out/)
})

test('§3.1 a native app may return to any port of loopback', async (t) => {
  const native = {
    ...webApp,
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/cb'],
    post_logout_redirect_uris: ['http://127.0.0.1/bye'],
  } as const
  const { agent, tokens } = await givenLogin(t, { client: native })
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://127.0.0.1:49152/bye' }
  assert.equal((await agent.open(logoutUrl(parameters))).url, 'http://127.0.0.1:49152/bye')
})

test('§3.1 a native app may return to a private-use scheme', async (t) => {
  const native = { ...webApp, application_type: 'native', post_logout_redirect_uris: ['com.example.app:/bye'] } as const
  const { agent, tokens } = await givenLogin(t, { client: native })
  const asked = await agent.open(logoutUrl({ client_id: 'web-app', post_logout_redirect_uri: 'com.example.app:/bye' }))
  assert.match(asked.headers.get('content-security-policy') ?? '', /form-action 'self' com\.example\.app:;/)
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'com.example.app:/bye', state: 's' }
  assert.equal((await agent.open(logoutUrl(parameters))).url, 'com.example.app:/bye?state=s')
})

test('§4 an ID token that has expired is a good hint', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  server.clock.now += 2 * 3600
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

test('§4 so is one of a key that has left the JWKS, for as long as its session can last', async (t) => {
  const keyRotationInterval = 3600
  const server = await startServer(t, { clients: [webApp], keyRotationInterval })
  const agent = userAgentOf(server)
  const tokens = await logIn(server, webApp, {}, agent)
  const rotate = async () => {
    server.clock.now += keyRotationInterval
    await keepHouse(server.server.context)
  }
  for (let rotations = 0; rotations < 4; rotations++) await rotate()
  const published: string = await (await server.get('/.well-known/jwks.json')).text()
  assert.ok(!published.includes(decodeProtectedHeader(tokens.id_token).kid ?? 'no kid'))
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
})

for (const database of databaseKinds) {
  test(`${database}: §2 a session that lay unused can be logged out: its clients' tokens end with it`, async (t) => {
    const server = await startServer(t, { database, clients: [webApp], sessionIdleLifetime: 3600 })
    const agent = userAgentOf(server)
    const tokens = await logIn(server, webApp, {}, agent)
    server.clock.now += 3600
    const refresh = (token: string) => exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: token })
    const { status, body } = await refresh(tokens.refresh_token)
    assert.equal(status, 200)
    const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
    assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
    assert.equal((await refresh(String(body['refresh_token']))).status, 400)
    const authorization = `Bearer ${String(body['access_token'])}`
    assert.equal((await server.get('/userinfo', { authorization })).status, 401)
  })
}

test('§2 a hint does nothing to a session that is live in another browser', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  await userAgentOf(server).open(logoutUrl({ id_token_hint: tokens.id_token }))
  assert.equal(await isLoggedIn(agent), true)
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  assert.equal((await exchange(server, webApp, form)).status, 200)
})

test('§2 the user of a client that is disabled meanwhile can still log out', async (t) => {
  const server = await startServer(t)
  const client = await givenClient(server, {
    id: 'app',
    grantTypes: ['authorization_code'],
    redirectUris: [redirectUri],
    scopes: ['openid'],
  })
  const agent = userAgentOf(server)
  const declared = { client_id: client.id, client_secret: clientSecret, redirect_uris: [redirectUri] }
  const tokens = await logIn(server, declared, {}, agent)
  await server.server.context.store.clients.setDisabled('app', true, 0)
  assert.equal((await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))).status, 200)
  assert.equal(await isLoggedIn(agent), false)
})
