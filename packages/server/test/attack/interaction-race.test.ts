/** Interactions that race each other, or a change of the user's password or consent; F21 of the security cases (OWASP ASVS 2.3.1). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordResult } from '../../src/authorize/interaction-results.ts'
import { issueCode } from '../../src/authorize/issue-code.ts'
import { readPageAuthorization } from '../../src/authorize/read-authorization.ts'
import { passwordAuthentication } from '../../src/domain/authentication-context.ts'
import { createApp } from '../../src/http/app.ts'
import { fetchOf } from '../../src/http/web.ts'
import { authenticateUser } from '../../src/login/authenticate.ts'
import { beginSession, liveNow } from '../../src/login/sessions.ts'
import type { PasswordPool } from '../../src/passwords/pool.ts'
import { routesOf } from '../../src/routes.ts'
import { withdrawConsent } from '../../src/token-status/withdraw-consent.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { startTrace } from '../../src/trace/trace.ts'
import type { Page, UserAgent } from '../../src/user-agent/user-agent.ts'
import { setPassword } from '../../src/users/set-password.ts'
import { rejectionReasons } from '../support/accounts.ts'
import { basicOf } from '../support/clients.ts'
import {
  authorizeUrl,
  issuer,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  singlePageApp,
  userAgentOf,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { clients, tim, upToConsent, urlOf } from '../support/interaction.ts'
import { hiddenFields, postForm } from '../support/page-posts.ts'
import { migratingApp, startPasswordGrantServer } from '../support/password-grant.ts'
import { patient } from '../support/patience.ts'
import { countRows } from '../support/rows.ts'
import { loopback, startServer, startServerWithoutUsers, type TestServer } from '../support/server.ts'
import { createUserAgent } from '../support/user-agent.ts'

const ofSpa = { client_id: 'spa', redirect_uri: 'https://spa.example.com/cb' }

/** What allows one response to the client, and the page that asks for it again. */
const oneTimeResults = [
  { what: 'consent without "remember"', more: {}, result: 'consent', page: '/consent' },
  { what: 'a login for prompt=login', more: { ...ofSpa, prompt: 'login' }, result: 'login', page: '/login' },
  {
    what: 'an account for prompt=select_account',
    more: { ...ofSpa, prompt: 'select_account' },
    result: 'account',
    page: '/select-account',
  },
] as const

/** The same browser, at another server. */
function withCookiesOf(agent: UserAgent, server: TestServer): UserAgent {
  const other = userAgentOf(server)
  for (const [name, value] of agent.cookies) other.cookies.set(name, value)
  return other
}

for (const database of databaseKinds) {
  test(`${database}: a login whose password was checked before the password changed starts no session`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { context } = server.server
    const login = { username: 'tim', password: 'tim1234' }
    const request = { id: 'request', trace: startTrace(), address: '192.0.2.1', cookie: () => undefined }
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

  test(`${database}: a password that is changed while the password grant checks it gets no tokens and leaves no grant`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, clients: [migratingApp] })
    const { context } = server.server
    const passwords: PasswordPool = {
      ...context.passwords,
      verify: async (hash, password) => {
        const verification = await context.passwords.verify(hash, password)
        await setPassword(context, 'tim', 'another password for tim')
        return verification
      },
    }
    const fetch = fetchOf(createApp({ ...context, passwords }, routesOf(context.config)))
    const body = new URLSearchParams({ grant_type: 'password', ...tim })
    const { authorization } = basicOf(migratingApp.client_id, migratingApp.client_secret)
    const request = new Request(`${issuer}/token`, { method: 'POST', body, headers: { authorization } })
    const response = await fetch(request, loopback)
    assert.equal(response.status, 401)
    assert.deepEqual(rejectionReasons(server), ['user_changed'])
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
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
    const browser = { token: '', hash: hashToken(agent.cookies.get('countersign') ?? '') }
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
    const browser = { token: '', hash: hashToken(agent.cookies.get('countersign') ?? '') }
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
    const browser = { token: '', hash: hashToken(agent.cookies.get('countersign') ?? '') }
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

  for (const { what, more, result, page } of oneTimeResults) {
    test(`${database}: F21 ${what} is used once, even by 24 parallel requests to two servers on one database`, async (t) => {
      const server = await startServer(t, { database, clients, ...patient })
      const second = await startServerWithoutUsers(t, { databaseUrl: server.databaseUrl, clients, ...patient })
      const agent = userAgentOf(server)
      await passPages(agent, await agent.open(urlOf({ client_id: 'other' })))
      const url = urlOf({ ...more, state: 'raced' })
      const [, query = ''] = url.split('?')
      const browser = { token: '', hash: hashToken(agent.cookies.get('countersign') ?? '') }
      const { context } = server.server
      const [session] = await context.store.sessions.ofBrowser(browser.hash, liveNow(context))
      assert.ok(session)
      await recordResult(context, browser, query, session, result)

      const agents = [server, second].map((one) => withCookiesOf(agent, one))
      const requests = Array.from({ length: 12 }, () => agents.map((one) => one.open(url))).flat()
      const pages = await Promise.all(requests)
      const codes = pages.filter((one) => responseOf(one).get('code') !== null)
      const asked = pages.filter((one) => one.url.includes(`${page}?`))
      assert.deepEqual([codes.length, asked.length], [1, 23])
    })
  }

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
