/** The state of a login under attack: forged, reordered, stale, from another tab or account; F21 of the security cases (OWASP ASVS 2.3.1). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { endBrowserSessions } from '../../src/logout/end-sessions.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import type { Page, UserAgent } from '../../src/user-agent/user-agent.ts'
import { logIn, passPages, responseOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { bothLoggedIn, clients, mary, tim, upToConsent, urlOf } from '../support/interaction.ts'
import { hiddenFields, postForm } from '../support/page-posts.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

/** Selects the account of `initial` on the page of accounts, and does not follow the redirect. */
async function chooseAccount(agent: UserAgent, chooser: Page, initial: string): Promise<Response> {
  const buttons = [...chooser.body.matchAll(/name="account" value="([^"]+)"[^>]*>\s*<[^>]*>(.)/g)]
  const [, account = ''] = buttons.find(([, , shown]) => shown === initial) ?? []
  assert.notEqual(account, '')
  return await postForm(agent, '/select-account', { ...hiddenFields(chooser), account })
}

/** In another tab, tim becomes the current user of the browser. */
async function chooseTim(agent: UserAgent): Promise<void> {
  await chooseAccount(agent, await agent.open(urlOf({ prompt: 'select_account' })), 'T')
}

const ofSpa = { client_id: 'spa', redirect_uri: 'https://spa.example.com/cb' }

/** What mary decides on the page, without following the redirect, and the page that tim must see then. */
const resultsOfAnAccount: readonly {
  readonly what: string
  readonly more: Readonly<Record<string, string>>
  readonly decide: (agent: UserAgent, page: Page) => Promise<Response>
  readonly page: RegExp
}[] = [
  {
    what: 'a consent',
    more: {},
    decide: (agent, page) => postForm(agent, '/consent', { ...hiddenFields(page), decision: 'allow' }),
    page: /\/consent\?/,
  },
  {
    what: 'a login for prompt=login',
    more: { ...ofSpa, prompt: 'login' },
    decide: (agent, page) => postForm(agent, '/login', { ...hiddenFields(page), ...mary }),
    page: /\/login\?/,
  },
  {
    what: 'an account for prompt=select_account',
    more: { ...ofSpa, prompt: 'select_account' },
    decide: (agent, page) => chooseAccount(agent, page, 'M'),
    page: /\/select-account\?/,
  },
]

for (const database of databaseKinds) {
  test(`${database}: F21 no page can be skipped: a consent before the login, or for no account, has no effect`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const url = urlOf()
    const request = url.split('?')[1] ?? ''
    assert.match((await agent.open(`/consent?${request}`)).url, /\/login\?/)
    assert.match((await agent.open(`/select-account?${request}`)).url, /\/login\?/)
    const login = await agent.open(url)
    const allow = { ...hiddenFields(login), decision: 'allow', remember: 'yes', account: '' }
    assert.equal((await postForm(agent, '/consent', allow)).headers.get('location'), url)
    const chosen = await postForm(agent, '/select-account', { ...hiddenFields(login), account: 'x' })
    assert.equal(chosen.headers.get('location'), url)
    assert.match((await agent.submit(login, tim)).url, /\/consent\?/)
    for (const table of ['consents', 'grants', 'authorization_codes']) {
      assert.equal(await countRows(server.databaseUrl, table), 0)
    }
  })

  test(`${database}: F21 an interaction result is valid for the request that was shown, and for no other`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const shown = await upToConsent(agent, urlOf({ state: 'one' }))
    const others = [urlOf({ state: 'two' }), urlOf({ scope: 'openid email me items' }), urlOf({ client_id: 'other' })]
    await postForm(agent, '/consent', { ...hiddenFields(shown), decision: 'allow' })
    for (const url of others) {
      assert.match((await agent.open(url)).url, /\/consent\?/)
      assert.equal(responseOf(await agent.open(`${url}&prompt=none`)).get('error'), 'consent_required')
    }
    const { request } = hiddenFields(shown)
    assert.match((await agent.open(`/authorize?${request}&x=1`)).url, /\/consent\?/)
    assert.ok(responseOf(await agent.open(`/authorize?${request}`)).get('code'))
  })

  test(`${database}: F21 an interaction result is used once: after going back and reloading, the page is shown again`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const url = urlOf({ prompt: 'login consent' })
    const login = await agent.open(url)
    const consent = await agent.submit(login, tim)
    const fields = { ...hiddenFields(consent), decision: 'allow' }
    assert.equal((await postForm(agent, '/consent', fields)).status, 303)
    assert.ok(responseOf(await agent.open(url)).get('code'))
    assert.match((await agent.open(url)).url, /\/login\?/)
    // The login page from before the login no longer belongs to this browser: it is shown again, and its post counts for nothing.
    assert.equal((await postForm(agent, '/login', { ...hiddenFields(login), ...tim })).headers.get('location'), url)
    assert.match((await agent.open(url)).url, /\/login\?/)
  })

  test(`${database}: F21 a user who returns to a tab after half an hour has to log in again`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const url = urlOf({ prompt: 'login' })
    const consent = await upToConsent(agent, url)
    await postForm(agent, '/consent', { ...hiddenFields(consent), decision: 'allow' })
    server.clock.now += 1800
    assert.match((await agent.open(url)).url, /\/login\?/)
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
  })

  test(`${database}: F21 a consent is for the user whom the page showed, even if another account was chosen in another tab`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    await bothLoggedIn(server, agent)
    const url = urlOf()
    const shown = await agent.open(url)
    assert.match(shown.body, /mary/)
    await chooseTim(agent)

    const fields = { ...hiddenFields(shown), decision: 'allow', remember: 'yes' }
    const page = await agent.open((await postForm(agent, '/consent', fields)).headers.get('location') ?? '')

    assert.match(page.url, /\/consent\?/)
    assert.match(page.body, /tim/)
    assert.equal(await countRows(server.databaseUrl, 'consents'), 0)
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
  })

  for (const { what, more, decide, page: expected } of resultsOfAnAccount) {
    test(`${database}: F21 ${what} counts for the account that gave it, not for one that was chosen in another tab since then`, async (t) => {
      const server = await startServer(t, { database, clients })
      const agent = userAgentOf(server)
      await bothLoggedIn(server, agent)
      const url = urlOf({ ...more, state: 'of-mary' })
      assert.equal((await decide(agent, await agent.open(url))).headers.get('location'), url)
      await chooseTim(agent)
      assert.match((await agent.open(url)).url, expected)
      assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
    })
  }

  test(`${database}: F21 the account of another browser cannot be chosen`, async (t) => {
    const server = await startServer(t, { database, clients })
    const [agent, victim] = [userAgentOf(server), userAgentOf(server)]
    await bothLoggedIn(server, agent)
    await victim.submit(await victim.open(urlOf()), tim)
    const before = await query(server.databaseUrl, 'select id, selected_at, browser_hash from sessions order by id')
    const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
    server.clock.now += 5
    for (const { id } of before) {
      const fields = { ...hiddenFields(chooser), account: String(id) }
      await postForm(agent, '/select-account', fields)
    }
    const after = await query(server.databaseUrl, 'select id, selected_at, browser_hash from sessions order by id')
    const touched = after.filter((row, at) => row['selected_at'] !== before[at]?.['selected_at'])
    assert.equal(touched.length, 2)
    assert.equal(new Set(touched.map((row) => row['browser_hash'])).size, 1)
  })

  test(`${database}: F21 a changed request in a page is validated again, and bypasses nothing`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const { request = '', ...fields } = hiddenFields(await agent.open(urlOf()))
    const changed = [
      [request.replace('app.example.com', 'evil.example'), 400],
      [request.replace('web-app', 'unknown'), 400],
      [`${request}&redirect_uri=https%3A%2F%2Fevil.example`, 400],
      [request.replace('response_type=code', 'response_type=token'), 400],
      [`${request}\r\nSet-Cookie: evil=1`, 400],
      ['', 400],
    ] as const
    for (const [forged, status] of changed) {
      const response = await postForm(agent, '/login', { ...fields, ...tim, request: forged })
      assert.equal(response.status, status, forged)
      assert.equal(response.headers.get('set-cookie'), null)
    }
    assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
  })
}

test('I4 a user who logs in again stays in the same session: a logout also ends the tokens from before', async (t) => {
  const server = await startServer(t, { clients })
  const { context } = server.server
  const agent = userAgentOf(server)
  const before = await logIn(server, webApp, { scope: 'openid me' }, agent)
  const after = await logIn(server, webApp, { scope: 'openid me', prompt: 'login' }, agent)
  assert.equal(decodeJwt(after.id_token)['sid'], decodeJwt(before.id_token)['sid'])
  const token = agent.cookies.get('countersign') ?? ''
  await endBrowserSessions(context, { token, hash: hashToken(token) })
  for (const tokens of [before, after]) assert.equal(await opens(server, tokens.access_token), false)
})

test('max_age=0 requires the password once, not again and again', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  await passPages(agent, await agent.open(urlOf()))
  server.clock.now += 1
  const page = await agent.open(urlOf({ max_age: '0' }))
  assert.match(page.url, /\/login\?/)
  assert.ok(responseOf(await passPages(agent, page)).get('code'))
  server.clock.now += 1
  assert.equal(responseOf(await agent.open(urlOf({ max_age: '0', prompt: 'none' }))).get('error'), 'login_required')
})

test('a user who changes the language on a page is still logged in', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  const shown = await upToConsent(agent, urlOf({ prompt: 'login', ui_locales: 'ru' }))
  const consent = await agent.submit(shown, { language: 'en' })
  assert.match(consent.url, /\/consent\?.*ui_locales=en/)
  assert.ok(responseOf(await agent.submit(consent, { decision: 'allow' })).get('code'))
  assert.match((await agent.open(urlOf({ prompt: 'login', ui_locales: 'ru' }))).url, /\/login\?/)
})
