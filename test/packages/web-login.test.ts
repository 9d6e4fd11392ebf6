/** @countersign/client/server in every framework that it has a mount for, with a real Countersign behind it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createWebLogin, type WebLoginOptions } from '@countersign/client/server'
import type { ClientDeclaration } from 'countersign'
import { type Browser, createBrowser, sendTo } from '../../packages/client/test/support/browser.ts'
import { adapters, type StartApp } from '../../packages/client/test/support/framework-apps.ts'
import type { UserAgent } from '../../packages/server/src/user-agent/user-agent.ts'
import { issuer, passPages, userAgentOf } from '../../packages/server/test/support/code-flow.ts'
import { startTutorialServer } from '../../packages/server/test/support/tutorial.ts'
import { agreeAt, startForeignIssuer } from '../support/foreign-issuer.ts'

const origin = 'https://notes.example'
const api = `${issuer}/users/me`
const script = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', accept: '*/*' }
const accessTokenLifetime = 1800

const notes = {
  client_id: 'notes',
  client_secret: 'a secret of the notes, long enough for anyone',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [`${origin}/auth/callback`],
  post_logout_redirect_uris: [`${origin}/bye`],
  scope: 'openid me items',
} satisfies ClientDeclaration

for (const [name, start] of Object.entries(adapters)) {
  test(`${name}: tim logs in, sees his items, is renewed once for ten requests, and logs out`, async (t) => {
    const { server, browser, agent, renewals } = await startApp(t, start)
    assert.equal((await browser.open('/items?by=date')).status, 303)
    const landing = await logIn(browser, agent, '/items?by=date')
    assert.equal(landing.headers.get('location'), `${origin}/items?by=date`)
    const items = await browser.open('/items?by=date')
    assert.deepEqual(itemIds(await items.text()), [1])
    assert.deepEqual(itemIds(await (await browser.open('/api/items', { headers: script })).text()), [1])

    server.clock.now += accessTokenLifetime
    const before = new Map(browser.cookies)
    const responses = await Promise.all(Array.from({ length: 10 }, () => browser.open('/items')))
    for (const response of responses) assert.equal(response.status, 200)
    assert.equal(renewals(), 1)
    server.clock.now += accessTokenLifetime
    assert.equal((await browser.open('/api/items', { headers: script })).status, 200)
    assert.equal(renewals(), 2)

    const logout = await browser.post('/auth/logout')
    const goodbye = await agent.open(logout.headers.get('location') ?? '')
    assert.equal(goodbye.url, `${origin}/bye`)
    assert.equal((await browser.open('/items')).status, 303)
    // A copy of the cookie is useless now.
    for (const [cookie, value] of before) browser.cookies.set(cookie, value)
    assert.equal((await browser.open('/items')).status, 303)
    assert.equal((await browser.open('/api/items', { headers: script })).status, 401)
  })
}

test('two processes of an app renew the same session at the same time, and both go on', async (t) => {
  const { server, options, browser, agent } = await startApp(t, mountOf('Hono'))
  await logIn(browser, agent)
  server.clock.now += accessTokenLifetime
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const request = new Request(`${origin}/`, { headers: { cookie } })
  const processes = [createWebLogin(options), createWebLogin(options), createWebLogin(options)]
  for (const session of await Promise.all(processes.map((web) => web.session(request, () => {})))) {
    assert.equal((await session?.fetch(`${api}/items`))?.status, 200)
  }
})

test('K4 a user who is disabled at Countersign is logged out at the next call of an API', async (t) => {
  const { server, browser, agent } = await startApp(t, mountOf('Express 5'))
  await logIn(browser, agent)
  assert.equal((await browser.open('/items')).status, 200)
  const { users, subjects } = server.server.context.store
  const tim = await users.findByUsername('tim')
  assert.ok(tim && (await subjects.setDisabled(tim.subject.id, true, server.clock.now)))
  assert.equal((await browser.open('/items')).headers.get('location'), `${origin}/auth/login?return_to=%2Fitems`)
})

test('oidc-provider: a user of a foreign issuer logs in by a pushed request, is renewed, and logs out', async (t) => {
  const { client_id, client_secret, redirect_uris } = notes
  const grant_types = ['authorization_code', 'refresh_token']
  const foreign = await startForeignIssuer(t, {
    clients: [{ client_id, client_secret, redirect_uris, grant_types, post_logout_redirect_uris: [`${origin}/`] }],
    features: { pushedAuthorizationRequests: { enabled: true }, revocation: { enabled: true } },
    scopes: ['openid', 'offline_access'],
    issueRefreshToken: () => true,
    ttl: { AccessToken: 60 },
  })
  let ahead = 0
  const web = createWebLogin({
    issuer: foreign,
    clientId: client_id,
    clientSecret: client_secret,
    redirectUri: `${origin}/auth/callback`,
    cookieSecret: 'a secret of the tests, and of nothing else',
    now: () => Date.now() / 1000 + ahead,
  })
  const browser = createBrowser(async (path, init) => {
    return (await web.handle(new Request(`${origin}${path}`, init))) ?? new Response(null, { status: 404 })
  })
  const begun = await browser.open('/auth/login')
  assert.match(begun.headers.get('location') ?? '', /request_uri=/)
  const { pathname, search } = await agreeAt(begun.headers.get('location') ?? '', 'ada')
  assert.equal((await browser.open(`${pathname}${search}`)).headers.get('location'), `${origin}/`)

  const before = browser.cookies.get('__Host-web-login')
  ahead = 55
  const status = await (await browser.open('/auth/session')).text()
  assert.equal(JSON.parse(status).claims.sub, 'ada')
  assert.notEqual(browser.cookies.get('__Host-web-login'), before)
  const logout = new URL((await browser.post('/auth/logout')).headers.get('location') ?? '')
  assert.equal(logout.origin, foreign)
  assert.equal(browser.cookies.size, 0)
})

async function startApp(t: TestContext, start: StartApp) {
  const server = await startTutorialServer(t, { clients: [notes] })
  let renewals = 0
  const options: WebLoginOptions = {
    issuer,
    clientId: notes.client_id,
    clientSecret: notes.client_secret,
    redirectUri: `${origin}/auth/callback`,
    afterLogout: '/bye',
    scope: notes.scope,
    cookieSecret: 'a secret of the tests, and of nothing else',
    now: () => server.clock.now,
    fetch: async (input, init) => {
      if (String(init?.body ?? '').includes('grant_type=refresh_token')) renewals += 1
      return await server.server.fetch(new Request(input, init))
    },
  }
  const url = await start(t, createWebLogin(options), api)
  const browser = createBrowser(sendTo(url))
  return { server, options, browser, agent: userAgentOf(server), renewals: () => renewals }
}

/** Through Countersign's pages as tim, and back. */
async function logIn(browser: Browser, agent: UserAgent, returnTo = '/'): Promise<Response> {
  const begun = await browser.open(`/auth/login?${new URLSearchParams({ return_to: returnTo })}`)
  const page = await passPages(agent, await agent.open(begun.headers.get('location') ?? ''))
  const { pathname, search } = new URL(page.url)
  return await browser.open(`${pathname}${search}`)
}

function itemIds(body: string): readonly number[] {
  const items: readonly { readonly item_id: number }[] = JSON.parse(body)
  return items.map(({ item_id }) => item_id)
}

function mountOf(name: string): StartApp {
  const start = adapters[name]
  if (start === undefined) throw new Error(`there is no adapter for ${name}`)
  return start
}
