/** OpenID Connect RP-Initiated Logout 1.0. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { clientSecret, givenClient } from '../support/clients.ts'
import { exchange, logIn, redirectUri, type Tokens, userAgentOf, webApp } from '../support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { afterLogout, isLoggedIn, logoutUrl } from '../support/logout.ts'
import { alice } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

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
  test(`${database}: §2 the session of the ID token ends at once, and the browser returns to the client with state`, async (t) => {
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

test('§2 a POST that also has parameters in its URL is rejected', async (t) => {
  const { post } = await startServer(t)
  assert.equal((await post('/logout?state=a', 'state=b')).status, 400)
})

test('§2 without a hint the user must confirm, and then returns to the client', async (t) => {
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

test('§2 a user who declines stays logged in, and the client learns nothing', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ client_id: 'web-app', post_logout_redirect_uri: afterLogout }))
  const response = await agent.submit(page, { decision: 'stay' })
  assert.equal(response.status, 200)
  assert.match(response.body, /You are still logged in/)
  assert.equal(await isLoggedIn(agent), true)
})

test('§2 no parameter is required: the user must confirm, and a page says that the logout is done', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open('/logout')
  assert.doesNotMatch(page.body, /asks to log you out/)
  const response = await agent.submit(page, { decision: 'logout' })
  assert.equal(response.status, 200)
  assert.match(response.body, /You are logged out/)
  assert.equal(await isLoggedIn(agent), false)
})

test('§2 with a hint and no return URI there is a page that links to the client’s home page', async (t) => {
  const { agent, tokens } = await givenLogin(t, { client: { ...webApp, client_uri: 'https://app.example.com/home' } })
  const page = await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
  assert.match(page.body, /You are logged out/)
  assert.match(page.body, /href="https:\/\/app\.example\.com\/home"/)
  assert.equal(await isLoggedIn(agent), false)
})

test('§2 the hint of another user ends no session without confirmation', async (t) => {
  const { server, agent } = await givenLogin(t)
  const other = await logIn(server, webApp, {}, userAgentOf(server), alice)
  const page = await agent.open(logoutUrl({ id_token_hint: other.id_token, post_logout_redirect_uri: afterLogout }))
  assert.match(page.body, /You are logged in as <bdi class="name">tim<\/bdi>/)
  assert.equal(await isLoggedIn(agent), true)
})

test('§2 an older hint is valid after the same user logged in again: the session continued', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  await logIn(server, webApp, { prompt: 'login' }, agent)
  const { url } = await agent.open(logoutUrl({ id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }))
  assert.equal(url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

for (const database of databaseKinds) {
  test(`${database}: §2 a hint ends only the session that it names: other users of the browser stay logged in`, async (t) => {
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
    assert.equal(agent.cookies.has('countersign'), false)
    assert.equal(await isLoggedIn(agent), false)
  })

  test(`${database}: §2 to confirm on the page ends the sessions of all accounts of the browser`, async (t) => {
    const { server, agent, tokens } = await givenLogin(t, { database })
    const others = await logIn(server, webApp, { prompt: 'login' }, agent, alice)
    await agent.submit(await agent.open('/logout'), { decision: 'logout' })
    assert.equal(await isLoggedIn(agent), false)
    for (const { refresh_token: token } of [tokens, others]) {
      assert.equal((await refresh(server, token)).body['error'], 'invalid_grant')
    }
  })
}

test('§2 the hint of a session of the same user in another browser, or of an ended session, ends no session here', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  const elsewhere = userAgentOf(server)
  const theirs = await logIn(server, webApp, {}, elsewhere)
  assert.match((await agent.open(logoutUrl({ id_token_hint: theirs.id_token }))).body, /action="\/logout\/confirm"/)
  await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))
  await logIn(server, webApp, {}, agent)
  assert.match((await agent.open(logoutUrl({ id_token_hint: tokens.id_token }))).body, /action="\/logout\/confirm"/)
  for (const browser of [agent, elsewhere]) assert.equal(await isLoggedIn(browser), true)
})

test('§2 the ID token must have been issued to the client_id of the request', async (t) => {
  const { agent, tokens } = await givenLogin(t, { client: { ...webApp, client_id: 'another-app' } })
  const both = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl({ ...both, client_id: 'web-app' }))).status, 400)
  assert.equal(await isLoggedIn(agent), true)
  assert.equal((await agent.open(logoutUrl({ ...both, client_id: 'another-app' }))).url, afterLogout)
})

test('§2 the pages are in a language of ui_locales, and the user can change it', async (t) => {
  const { agent } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ ui_locales: 'ru ja' }))
  assert.match(page.body, /<html lang="ru">/)
  const changed = await agent.submit(page, { language: 'ja' })
  assert.match(changed.body, /<html lang="ja">/)
  assert.match((await agent.submit(changed, { decision: 'logout' })).body, /<html lang="ja">/)
})

test('§2 logout_hint and unknown parameters are ignored', async (t) => {
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

test('§3 without state the URI is used as it was registered', async (t) => {
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

test('§3 state alone causes no redirect', async (t) => {
  const { agent, tokens } = await givenLogin(t)
  const page = await agent.open(logoutUrl({ id_token_hint: tokens.id_token, state: 's' }))
  assert.match(page.body, /You are logged out/)
})

test('§3 a user who is no longer logged in returns to the client without confirmation', async (t) => {
  const { server, tokens } = await givenLogin(t)
  const parameters = { client_id: 'web-app', post_logout_redirect_uri: afterLogout }
  const other = userAgentOf(server)
  assert.equal((await other.open(logoutUrl(parameters))).url, afterLogout)
  assert.equal((await other.open(logoutUrl({ ...parameters, id_token_hint: tokens.id_token }))).url, afterLogout)
  assert.match((await other.open('/logout')).body, /You are logged out/)
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
  const confirmation = await agent.open(
    logoutUrl({ client_id: 'web-app', post_logout_redirect_uri: 'com.example.app:/bye' }),
  )
  assert.match(confirmation.headers.get('content-security-policy') ?? '', /form-action 'self' com\.example\.app:;/)
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'com.example.app:/bye', state: 's' }
  assert.equal((await agent.open(logoutUrl(parameters))).url, 'com.example.app:/bye?state=s')
})

test('§4 an expired ID token is a valid hint', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  server.clock.now += 2 * 3600
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterLogout }
  assert.equal((await agent.open(logoutUrl(parameters))).url, afterLogout)
  assert.equal(await isLoggedIn(agent), false)
})

test('§4 an ID token whose key is no longer in the JWKS is a valid hint, for as long as its session can last', async (t) => {
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
  test(`${database}: §2 an idle session can be logged out: the tokens of its clients are revoked with it`, async (t) => {
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

    // Its clients know it as ended, so a later login in the same browser does not continue it.
    const later = await logIn(server, webApp, { prompt: 'login' }, agent)
    await agent.open(logoutUrl(parameters))
    assert.notEqual(decodeJwt(later.id_token)['sid'], decodeJwt(tokens.id_token)['sid'])
    assert.equal((await refresh(later.refresh_token)).status, 200)
  })
}

test('§2 a hint does not end a session that is active in another browser', async (t) => {
  const { server, agent, tokens } = await givenLogin(t)
  await userAgentOf(server).open(logoutUrl({ id_token_hint: tokens.id_token }))
  assert.equal(await isLoggedIn(agent), true)
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  assert.equal((await exchange(server, webApp, form)).status, 200)
})

for (const named of ['not named', 'named, and asked to be returned to']) {
  test(`§2 the user of a client that has since been disabled can still log out: the client is ${named}`, async (t) => {
    const server = await startServer(t)
    const client = await givenClient(server, {
      id: 'app',
      grantTypes: ['authorization_code'],
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [afterLogout],
      scopes: ['openid'],
    })
    const agent = userAgentOf(server)
    const declared = { client_id: client.id, client_secret: clientSecret, redirect_uris: [redirectUri] }
    const tokens = await logIn(server, declared, {}, agent)
    await server.server.context.store.clients.setDisabled('app', true, 0)
    const rest = named === 'not named' ? {} : { client_id: 'app', post_logout_redirect_uri: afterLogout }
    const page = await agent.open(logoutUrl({ id_token_hint: tokens.id_token, ...rest }))
    assert.deepEqual([page.status, page.headers.get('location')], [200, null])
    assert.equal(await isLoggedIn(agent), false)
  })
}
