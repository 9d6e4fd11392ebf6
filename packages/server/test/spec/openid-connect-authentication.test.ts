/** OpenID Connect Core 1.0 §3.1.2: the authentication request, parameter by parameter, and its errors. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import type { Page, UserAgent } from '../../src/user-agent/user-agent.ts'
import { rejectionReasons } from '../support/accounts.ts'
import { ask, errorFor } from '../support/authorization.ts'
import {
  authorizeUrl,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, type TestServer } from '../support/server.ts'

const firstParty: ClientDeclaration = { ...webApp, client_id: 'own', client_name: 'Own App', first_party: true }
const clients = [webApp, firstParty]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

/** Sends the request in this browser. Returns the page, the error, or `code`. */
async function outcome(
  agent: UserAgent,
  more: Record<string, string | undefined>,
  client = firstParty,
): Promise<string> {
  const page = await agent.open(authorizeUrl(requestOf(client, newPkce(), more)))
  return outcomeOf(page)
}

function outcomeOf(page: Page): string {
  const shown = /action="\/(login|consent|select-account)"/.exec(page.body)?.[1]
  if (shown !== undefined) return shown
  const response = responseOf(page)
  return response.get('error') ?? (response.has('code') ? 'code' : String(page.status))
}

async function loggedIn(server: TestServer): Promise<{ readonly agent: UserAgent; readonly idToken: string }> {
  const agent = userAgentOf(server)
  const { id_token: idToken } = await logIn(server, firstParty, {}, agent)
  return { agent, idToken }
}

test('§3.1.2.1 redirect_uri is required with the scope openid', async () => {
  const { location, parameters } = await ask(server, { redirect_uri: undefined })
  assert.ok(location.startsWith('https://app.example.com/cb?'))
  assert.equal(parameters.get('error'), 'invalid_request')
})

for (const database of databaseKinds) {
  test(`${database}: §3.1.2.1 prompt=none responds at once: a code for a user who is logged in, else login_required`, async (t) => {
    const server = await startServer(t, { database, clients })
    assert.equal(await outcome(userAgentOf(server), { prompt: 'none' }), 'login_required')
    const { agent } = await loggedIn(server)
    assert.equal(await outcome(agent, { prompt: 'none' }), 'code')
    assert.equal(await outcome(agent, { prompt: 'none' }, webApp), 'consent_required')
  })

  test(`${database}: §3.1.2.1 prompt=login asks for the password again, once`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { agent } = await loggedIn(server)
    server.clock.now += 10
    const login = await agent.open(authorizeUrl(requestOf(firstParty, newPkce(), { prompt: 'login' })))
    assert.equal(outcomeOf(login), 'login')
    assert.equal(outcomeOf(await agent.submit(login, { username: 'tim', password: 'tim1234' })), 'code')
  })

  test(`${database}: §3.1.2.1 prompt=consent asks a user who has consented already, and one decision fulfils it`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    await logIn(server, webApp, {}, agent)
    assert.equal(await outcome(agent, {}, webApp), 'code')
    const request = authorizeUrl(requestOf(webApp, newPkce(), { prompt: 'consent' }))
    const consent = await agent.open(request)
    assert.equal(outcomeOf(consent), 'consent')
    assert.equal(outcomeOf(await agent.submit(consent, { decision: 'allow' })), 'code')
    assert.equal(outcomeOf(await agent.open(request)), 'consent')
  })

  test(`${database}: §3.1.2.1 prompt=select_account lets a user choose an account, or log in with another`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { agent } = await loggedIn(server)
    const chooser = await agent.open(authorizeUrl(requestOf(firstParty, newPkce(), { prompt: 'select_account' })))
    assert.equal(outcomeOf(chooser), 'select-account')
    const [, account = ''] = /name="account" value="([^"]+)"/.exec(chooser.body) ?? []
    assert.equal(outcomeOf(await agent.submit(chooser, { account })), 'code')
    assert.equal(outcomeOf(await agent.submit(chooser, { account: 'another' })), 'login')
  })

  test(`${database}: §3.1.2.1 max_age is exact to the second, and max_age=0 means now`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { agent } = await loggedIn(server)
    server.clock.now += 100
    assert.equal(await outcome(agent, { max_age: '100' }), 'code')
    assert.equal(await outcome(agent, { max_age: '99' }), 'login')
    assert.equal(await outcome(agent, { max_age: '99', prompt: 'none' }), 'login_required')
    const login = await agent.open(authorizeUrl(requestOf(firstParty, newPkce(), { max_age: '0' })))
    server.clock.now += 5
    assert.equal(outcomeOf(await agent.submit(login, { username: 'tim', password: 'tim1234' })), 'code')
  })
}

for (const [name, value] of [
  ['prompt', 'none login'],
  ['prompt', 'everything'],
  ['max_age', '-1'],
  ['max_age', '1.5'],
  ['max_age', 'soon'],
  ['response_mode', 'fragment'],
  ['id_token_hint', 'garbage'],
] as const) {
  test(`§3.1.2.6 ${name}=${value} is invalid_request`, async () => {
    assert.equal(await errorFor(server, webApp, { [name]: value }), 'invalid_request')
  })
}

for (const [error, more] of [
  ['request_not_supported', { request: 'e30.e30.' }],
  ['request_uri_not_supported', { request_uri: 'https://app.example.com/request' }],
  ['invalid_scope', { scope: 'unknown' }],
  ['unsupported_response_type', { response_type: 'code id_token' }],
  ['login_required', { prompt: 'none' }],
] as const) {
  test(`§3.1.2.6 ${Object.entries(more).join(' ').replace(',', '=')} is ${error}`, async () => {
    assert.equal(await errorFor(server, webApp, more), error)
  })
}

for (const [name, value] of [
  ['display', 'page'],
  ['display', 'popup'],
  ['display', 'touch'],
  ['ui_locales', 'fr-CA fr en'],
  ['claims_locales', 'se'],
  ['login_hint', 'tim'],
  ['acr_values', '7 8'],
  ['nonce', 'x'],
  ['extra', 'foobar'],
] as const) {
  test(`§3.1.2.1, §15.1 ${name}=${value} changes nothing`, async () => {
    const agent = userAgentOf(server)
    const page = await agent.open(authorizeUrl(requestOf(firstParty, newPkce(), { [name]: value })))
    assert.equal(outcomeOf(page), 'login')
    assert.equal(outcomeOf(await passPages(agent, page)), 'code')
  })
}

test('§3.1.2.1 login_hint is in the username field, escaped', async () => {
  const page = await userAgentOf(server).open(authorizeUrl(requestOf(webApp, newPkce(), { login_hint: '"><b>tim' })))
  assert.match(page.body, /id="username"[^>]*value="&quot;&gt;&lt;b&gt;tim"/)
})

for (const [locales, language] of [
  ['ja', 'ja'],
  ['fr ru-RU en', 'ru'],
  ['xx', 'en'],
] as const) {
  test(`§3.1.2.1 ui_locales=${locales} shows the page in ${language}`, async () => {
    const page = await userAgentOf(server).open(authorizeUrl(requestOf(webApp, newPkce(), { ui_locales: locales })))
    assert.match(page.body, new RegExp(`<html lang="${language}">`))
  })
}

test('§3.1.2.1 id_token_hint: the user that it is about, even if the token has expired', async (t) => {
  const server = await startServer(t, { clients })
  const { agent, idToken } = await loggedIn(server)
  server.clock.now += 4000
  assert.ok((decodeJwt(idToken).exp ?? 0) < server.clock.now)
  assert.equal(await outcome(agent, { id_token_hint: idToken, prompt: 'none' }), 'code')
})

test('§3.1.2.1, §3.1.2.2 id_token_hint of another user is login_required, also after another user has logged in', async (t) => {
  const server = await startServer(t, { clients })
  const { idToken } = await loggedIn(server)
  const alice = userAgentOf(server)
  const first = await alice.open(authorizeUrl(requestOf(firstParty, newPkce())))
  await alice.submit(first, { username: 'alice', password: 'secret' })
  assert.equal(await outcome(alice, { id_token_hint: idToken, prompt: 'none' }), 'login_required')
  const login = await alice.open(authorizeUrl(requestOf(firstParty, newPkce(), { id_token_hint: idToken })))
  assert.equal(outcomeOf(login), 'login')
  assert.equal(outcomeOf(await alice.submit(login, { username: 'alice', password: 'secret' })), 'login_required')
  assert.deepEqual(rejectionReasons(server), ['login_required', 'another_user_logged_in'])
})

test('§3.1.2.1 an id_token_hint of another client is invalid_request, and so is an access token', async () => {
  const { id_token: idToken, access_token: accessToken } = await logIn(server, webApp)
  assert.equal(await errorFor(server, firstParty, { id_token_hint: idToken }), 'invalid_request')
  assert.equal(await errorFor(server, webApp, { id_token_hint: accessToken }), 'invalid_request')
})

test('§3.1.2.3 a disabled user cannot log in, and existing sessions of the user are not accepted', async (t) => {
  const server = await startServer(t, { clients })
  const { agent } = await loggedIn(server)
  await server.server.context.store.subjects.setDisabled('tim', true, server.clock.now)
  assert.equal(await outcome(agent, { prompt: 'none' }), 'login_required')
})

test('§3.1.2.4 consent that was not remembered is requested again', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  const login = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const consent = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  assert.equal(outcomeOf(await agent.submit(consent, { decision: 'allow', remember: 'no' })), 'code')
  assert.equal(await outcome(agent, {}, webApp), 'consent')
})
