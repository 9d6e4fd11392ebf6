/** OpenID Connect RP-Initiated Logout 1.0; for the hint see rp-initiated-logout-hint.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientSecret, givenClient } from '../support/clients.ts'
import { logIn, redirectUri, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { afterLogout, givenLogin, isLoggedIn, logoutUrl, refresh } from '../support/logout.ts'
import { alice } from '../support/people.ts'
import { startServer } from '../support/server.ts'

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

for (const database of databaseKinds) {
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
