/** The state of a login under attack: forged, reordered, stale, from another tab or account; F21 of the security cases (OWASP ASVS 2.3.1). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { recordResult } from '../../src/authorize/interaction-results.ts'
import { issueCode } from '../../src/authorize/issue-code.ts'
import { readPageAuthorization } from '../../src/authorize/read-authorization.ts'
import { passwordAuthentication } from '../../src/domain/authentication-context.ts'
import { createApp } from '../../src/http/app.ts'
import { fetchOf } from '../../src/http/web.ts'
import { authenticateUser } from '../../src/login/authenticate.ts'
import { beginSession, liveNow } from '../../src/login/sessions.ts'
import { endBrowserSessions } from '../../src/logout/end-sessions.ts'
import type { PasswordPool } from '../../src/passwords/pool.ts'
import { routesOf } from '../../src/routes.ts'
import { withdrawConsent } from '../../src/token-status/withdraw-consent.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { startTrace } from '../../src/trace/trace.ts'
import { setPassword } from '../../src/users/set-password.ts'
import { givenPassword, rejectionReasons } from '../support/accounts.ts'
import {
  authorizeUrl,
  issuer,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  singlePageApp,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { opens } from '../support/grants.ts'
import { hiddenFields, postForm } from '../support/page-posts.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createUserAgent, type Page, type UserAgent } from '../support/user-agent.ts'

const clients = [webApp, singlePageApp, { ...webApp, client_id: 'other' }]
const tim = { username: 'tim', password: 'tim1234' }
const mary = { username: 'mary', password: 'mary has a little lamb' }
const urlOf = (more = {}) => authorizeUrl(requestOf(webApp, newPkce(), more))

/** The page that the browser shows after tim has logged in for `url`, and before he consents. */
async function upToConsent(agent: UserAgent, url: string): Promise<Page> {
  const page = await agent.submit(await agent.open(url), tim)
  assert.match(page.url, /\/consent\?/)
  return page
}

/** tim and mary are logged in with one browser, mary last. */
async function bothLoggedIn(server: TestServer, agent: UserAgent): Promise<void> {
  await givenPassword(server, mary.username, mary.password)
  await agent.submit(await agent.open(urlOf()), tim)
  await agent.submit(await agent.open(urlOf({ prompt: 'login' })), mary)
}

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
    // The login page from before the login no longer belongs to this browser.
    assert.equal((await postForm(agent, '/login', { ...hiddenFields(login), ...tim })).status, 403)
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
    const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
    const [account = ''] = /(?<=name="account" value=")[^"]+(?="[^>]*>\s*<[^>]*>T)/.exec(chooser.body) ?? []
    assert.notEqual(account, '')
    await postForm(agent, '/select-account', { ...hiddenFields(chooser), account })

    const fields = { ...hiddenFields(shown), decision: 'allow', remember: 'yes' }
    const page = await agent.open((await postForm(agent, '/consent', fields)).headers.get('location') ?? '')

    assert.match(page.url, /\/consent\?/)
    assert.match(page.body, /tim/)
    assert.equal(await countRows(server.databaseUrl, 'consents'), 0)
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
  })

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

  test(`${database}: a login whose password was checked before the password changed starts no session`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const login = { username: 'tim', password: 'tim1234' }
    const request = { id: 'request', trace: startTrace(), address: '192.0.2.1' }
    const user = await authenticateUser(context, request, login)
    const later = server.clock.now + 1
    await setPassword({ ...context, now: () => later }, user.subject.id, 'another password for tim')
    assert.equal(await beginSession(context, undefined, user, passwordAuthentication), undefined)
    const renewed = await authenticateUser(context, request, { ...login, password: 'another password for tim' })
    assert.ok(await beginSession(context, undefined, renewed, passwordAuthentication))
    await context.store.subjects.setDisabled(user.subject.id, true, later)
    assert.equal(await beginSession(context, undefined, renewed, passwordAuthentication), undefined)
  })

  test(`${database}: a user who is disabled during the password check sees a wrong password, and why shows the real reason`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const passwords: PasswordPool = {
      ...context.passwords,
      verify: async (hash, password) => {
        const verification = await context.passwords.verify(hash, password)
        await context.store.subjects.setDisabled('tim', true, server.clock.now + 1)
        return verification
      },
    }
    const agent = createUserAgent(fetchOf(createApp({ ...context, passwords }, routesOf(context.config))), issuer)
    const page = await agent.submit(await agent.open(urlOf()), tim)
    assert.equal(page.status, 401)
    assert.deepEqual(rejectionReasons(server), ['user_changed'])
    assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
  })

  test(`${database}: no request that races a change of password leaves an active grant`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const agent = userAgentOf(server)
    const spa = () =>
      authorizeUrl(requestOf(singlePageApp, newPkce(), { prompt: 'none', scope: 'openid offline_access' }))
    await passPages(agent, await agent.open(authorizeUrl(requestOf(singlePageApp, newPkce()))))
    const requests = Array.from({ length: 30 }, () => agent.open(spa()))
    const change = setPassword(context, 'tim', 'another password for tim')
    const later = change.then(() => Promise.all(Array.from({ length: 5 }, () => agent.open(spa()))))
    await Promise.all([...requests, later])
    assert.deepEqual(await context.store.grants.ofUser('tim', server.clock.now), [])
    assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
  })
}

for (const database of databaseKinds) {
  test(`${database}: no request that races the revocation of a consent leaves an active grant`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { store } = server.server.context
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    const silent = () => agent.open(urlOf({ prompt: 'none' }))
    const requests = Array.from({ length: 30 }, silent)
    const revocation = withdrawConsent(server.server.context, 'tim', 'web-app')
    const later = revocation.then(() => Promise.all(Array.from({ length: 5 }, silent)))
    await Promise.all([...requests, later])
    assert.deepEqual(await store.grants.ofUser('tim', server.clock.now), [])
    assert.equal(responseOf(await silent()).get('error'), 'consent_required')
  })

  test(`${database}: F21 a denial that comes while the code is being issued reaches the client`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const agent = userAgentOf(server)
    const url = urlOf()
    await upToConsent(agent, url)
    const [, query = ''] = url.split('?')
    const browser = { token: '', hash: hashToken(agent.cookies.get('__Host-countersign') ?? '') }
    const [session] = await context.store.sessions.ofBrowser(browser.hash, liveNow(context))
    assert.ok(session)
    await recordResult(context, browser, query, session, 'consent')
    const authorization = await readPageAuthorization(context, startTrace(), browser, query)
    await recordResult(context, browser, query, undefined, 'denied')
    assert.deepEqual(await issueCode(context, authorization, session), { problem: 'denied' })
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
  })

  test(`${database}: F21 a denial that comes while the code is being issued reaches the client, also where consent is remembered`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    const [, query = ''] = urlOf({ state: 'again' }).split('?')
    const browser = { token: '', hash: hashToken(agent.cookies.get('__Host-countersign') ?? '') }
    const [session] = await context.store.sessions.ofBrowser(browser.hash, liveNow(context))
    assert.ok(session)
    const authorization = await readPageAuthorization(context, startTrace(), browser, query)
    await recordResult(context, browser, query, undefined, 'denied')
    assert.deepEqual(await issueCode(context, authorization, session), { problem: 'denied' })
    assert.equal(await countRows(server.databaseUrl, 'grants'), 1)
    assert.equal(await countRows(server.databaseUrl, 'interaction_answers'), 0)
  })

  test(`${database}: F21 a switch of accounts that comes while the code is being issued is not lost where consent is remembered`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    const url = urlOf({ state: 'again' })
    const [, query = ''] = url.split('?')
    const browser = { token: '', hash: hashToken(agent.cookies.get('__Host-countersign') ?? '') }
    const [session] = await context.store.sessions.ofBrowser(browser.hash, liveNow(context))
    assert.ok(session)
    const authorization = await readPageAuthorization(context, startTrace(), browser, query)
    await recordResult(context, browser, query, session, 'another_account')
    assert.deepEqual(await issueCode(context, authorization, session), { problem: 'changed' })
    assert.match((await agent.open(url)).url, /\/login\?/)
  })

  test(`${database}: F21 a consent to be remembered counts with its code, and not when the user denies in another tab first`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const url = urlOf()
    const fields = hiddenFields(await upToConsent(agent, url))
    await postForm(agent, '/consent', { ...fields, decision: 'allow', remember: 'yes' })
    await postForm(agent, '/consent', { ...fields, decision: 'deny' })
    assert.equal(responseOf(await agent.open(url)).get('error'), 'access_denied')
    assert.match((await agent.open(url)).url, /\/consent\?/)
    assert.equal(await countRows(server.databaseUrl, 'consents'), 0)
    await postForm(agent, '/consent', { ...fields, decision: 'allow', remember: 'yes' })
    assert.ok(responseOf(await agent.open(url)).get('code'))
    assert.ok(responseOf(await agent.open(url)).get('code'))
  })

  test(`${database}: F21 consent to one request is used once, even by 24 parallel requests`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const agent = userAgentOf(server)
    const url = urlOf()
    await upToConsent(agent, url)
    const [, query = ''] = url.split('?')
    const browserHash = hashToken(agent.cookies.get('__Host-countersign') ?? '')
    const [session] = await context.store.sessions.ofBrowser(browserHash, liveNow(context))
    assert.ok(session)
    await recordResult(context, { token: '', hash: browserHash }, query, session, 'consent')

    const pages = await Promise.all(Array.from({ length: 24 }, () => agent.open(url)))
    const codes = pages.filter((page) => responseOf(page).get('code') !== null)
    const consentPages = pages.filter((page) => page.url.includes('/consent?'))
    assert.deepEqual([codes.length, consentPages.length], [1, 23])
    assert.equal(await countRows(server.databaseUrl, 'grants'), 1)
  })

  test(`${database}: consents from parallel tabs are all remembered`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    await upToConsent(agent, urlOf())
    const urls = ['email', 'phone', 'address', 'profile', 'me', 'items'].map((scope) => urlOf({ scope }))
    const tabs = await Promise.all(urls.map((url) => agent.open(url)))
    await Promise.all(tabs.map((tab) => agent.submit(tab, { decision: 'allow', remember: 'yes' })))
    for (const url of urls) assert.ok(responseOf(await agent.open(`${url}&prompt=none`)).get('code'), url)
  })
}

test('I4 a user who logs in again stays in the same session: a logout also ends the tokens from before', async (t) => {
  const server = await startServer(t, { clients })
  const { context } = server.server
  const agent = userAgentOf(server)
  const before = await logIn(server, webApp, { scope: 'openid me' }, agent)
  const after = await logIn(server, webApp, { scope: 'openid me', prompt: 'login' }, agent)
  assert.equal(decodeJwt(after.id_token)['sid'], decodeJwt(before.id_token)['sid'])
  const token = agent.cookies.get('__Host-countersign') ?? ''
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

test('interaction results from two tabs at the same time are kept apart', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  await agent.submit(await agent.open(urlOf()), tim)
  const tabs = [await agent.open(urlOf({ state: 'one' })), await agent.open(urlOf({ state: 'two' }))]
  const pages = await Promise.all([
    agent.submit(tabs[0] as Page, { decision: 'deny' }),
    agent.submit(tabs[1] as Page, { decision: 'allow' }),
  ])
  assert.deepEqual(
    pages.map((page) => [responseOf(page).get('state'), responseOf(page).get('error')]),
    [
      ['one', 'access_denied'],
      ['two', null],
    ],
  )
})
