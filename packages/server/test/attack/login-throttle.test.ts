/** Login attempts on the login page: D1, D2, D4, D6 and D10 of the security cases. The page and the password grant share one budget. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { setPassword } from '../../src/users/set-password.ts'
import { countChecks, givenPassword } from '../support/accounts.ts'
import { authorizeUrl, newPkce, passPages, requestOf, responseOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { fromOwnPage, hiddenFields, postForm } from '../support/page-posts.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

const options = { clients: [webApp], accountFailureLimit: 4, addressFailureLimit: 50, failureWindow: 900 }
const urlOf = (more = {}) => authorizeUrl(requestOf(webApp, newPkce(), more))

/** A browser at the login page, by default an attacker's: posts one login attempt and returns what it sees. */
async function loginForm(
  server: TestServer,
  headers: Readonly<Record<string, string>> = {},
  agent: UserAgent = userAgentOf(server),
) {
  const fields = hiddenFields(await agent.open(urlOf()))
  return async (password: string, username = 'tim') => {
    const response = await postForm(agent, '/login', { ...fields, username, password }, { ...fromOwnPage, ...headers })
    return { status: response.status, body: (await response.text()).replace(/value="[^"]*"/g, '') }
  }
}

for (const database of databaseKinds) {
  test(`${database}: D4 login attempts on the page and at /token use the same budget`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    const checks = countChecks(t, server)
    const attemptLogin = await loginForm(server)
    for (let count = 0; count < 2; count++) {
      assert.equal((await server.post('/token', { username: 'tim', password: `wrong ${count}` })).status, 401)
      assert.equal((await attemptLogin(`wrong on the page ${count}`)).status, 401)
    }
    assert.equal(checks(), 4)
    assert.equal((await attemptLogin('tim1234')).status, 401)
    assert.equal((await attemptLogin('tim1234', 'TIM')).status, 401)
    assert.equal((await server.post('/token', { username: 'tim', password: 'tim1234' })).status, 401)
    assert.equal(checks(), 4)
    assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
    server.clock.now += 901
    assert.equal((await attemptLogin('tim1234')).status, 303)
  })

  test(`${database}: D1 during a lockout a correct password looks like a wrong one`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const attemptLogin = await loginForm(server)
    const wrong = []
    for (let count = 0; count < 4; count++) wrong.push(await attemptLogin('wrong'))
    const correct = await attemptLogin('tim1234')
    for (const seen of [...wrong, await attemptLogin('wrong', 'nobody')]) assert.deepEqual(seen, correct)
  })

  test(`${database}: D2 of sixty parallel wrong login attempts on the page, only as many as the budget are checked`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const checks = countChecks(t, server)
    const attemptLogin = await loginForm(server)
    const seen = await Promise.all(Array.from({ length: 60 }, (_, count) => attemptLogin(`wrong ${count}`)))
    assert.ok(seen.every(({ status }) => status === 401 || status === 503))
    assert.equal(checks(), 4)
  })

  test(`${database}: D10 a user who is logged in stays logged in during an attack, and can still log in to clients`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    const attemptLogin = await loginForm(server)
    for (let count = 0; count < 6; count++) await attemptLogin(`wrong ${count}`)
    assert.ok(responseOf(await agent.open(urlOf({ prompt: 'none' }))).get('code'))
  })
}

/** A browser in which tim has logged in, long enough ago that the session has ended. */
async function knownBrowser(server: TestServer): Promise<UserAgent> {
  const agent = userAgentOf(server)
  await passPages(agent, await agent.open(urlOf()))
  server.clock.now += 13 * 3600
  return agent
}

const knownOptions = { ...options, addressFailureLimit: 5 }

/** Uses up the budgets of tim's account and of the tests' address. */
async function lockOut(server: TestServer): Promise<void> {
  const attemptLogin = await loginForm(server)
  for (let count = 0; count < 4; count++) assert.equal((await attemptLogin('wrong')).status, 401)
  assert.equal((await attemptLogin('tim1234')).status, 401)
  assert.equal((await attemptLogin('wrong', 'nobody')).status, 401)
  assert.equal((await attemptLogin('tim1234')).status, 429)
}

for (const database of databaseKinds) {
  test(`${database}: D10 where a user has logged in before, wrong passwords from elsewhere do not lock the user out`, async (t) => {
    const server = await startServer(t, { ...knownOptions, database })
    const agent = await knownBrowser(server)
    await lockOut(server)
    const attemptLogin = await loginForm(server, {}, agent)
    assert.equal((await attemptLogin('wrong')).status, 401)
    assert.equal((await attemptLogin('tim1234', 'TIM')).status, 303)
  })

  test(`${database}: D10 a known browser has as many attempts as any account, for that account alone`, async (t) => {
    const server = await startServer(t, { ...knownOptions, database })
    await givenPassword(server, 'mary', 'mary has a little lamb')
    const checks = countChecks(t, server)
    const agent = await knownBrowser(server)
    await lockOut(server)
    const before = checks()
    const attemptLogin = await loginForm(server, {}, agent)
    assert.equal((await attemptLogin('mary has a little lamb', 'mary')).status, 429)
    for (let count = 0; count < 6; count++) assert.equal((await attemptLogin(`wrong ${count}`)).status, 401)
    assert.equal((await attemptLogin('tim1234')).status, 401)
    assert.equal(checks() - before, 4)
  })

  test(`${database}: D10 a browser is not known any more after a new password, or half a year`, async (t) => {
    const server = await startServer(t, { ...knownOptions, database })
    const [agent, other] = [await knownBrowser(server), await knownBrowser(server)]
    await setPassword(server.server.context, 'tim', 'a new password')
    await lockOut(server)
    assert.equal((await (await loginForm(server, {}, agent))('a new password')).status, 429)
    server.clock.now += 901
    assert.equal((await (await loginForm(server, {}, agent))('a new password')).status, 303)
    server.clock.now += 180 * 24 * 3600
    await lockOut(server)
    assert.equal((await (await loginForm(server, {}, agent))('a new password')).status, 429)
    assert.equal((await (await loginForm(server, {}, other))('a new password')).status, 429)
  })
}

test('D10 the cookie of a known browser names nobody, has the last five accounts, and counts only as the server made it', async (t) => {
  const server = await startServer(t, knownOptions)
  const agent = await knownBrowser(server)
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    await givenPassword(server, name, `${name} has a little lamb`)
    assert.equal((await (await loginForm(server, {}, agent))(`${name} has a little lamb`, name)).status, 303)
    server.clock.now += 13 * 3600
  }
  const cookie = agent.cookies.get('countersign-device') ?? ''
  assert.match(cookie, /^[A-Za-z0-9_-]{215}$/)
  assert.equal(Buffer.from(cookie, 'base64url').includes('five'), false)
  await lockOut(server)
  const logIn = async (value: string, name: string) => {
    agent.cookies.set('countersign-device', value)
    return (await (await loginForm(server, {}, agent))(name === 'tim' ? 'tim1234' : `${name} has a little lamb`, name))
      .status
  }
  assert.equal(await logIn(cookie, 'tim'), 429)
  // The first character is random: it may be this one already.
  const changed = `${cookie.startsWith('A') ? 'B' : 'A'}${cookie.slice(1)}`
  assert.equal(await logIn(changed, 'five'), 429)
  assert.equal(await logIn(cookie.slice(0, 42), 'five'), 429)
  assert.equal(await logIn(cookie + cookie, 'five'), 429)
  assert.equal(await logIn(cookie, 'one'), 303)
})

test('D6 a header that names another address does not give a new budget', async (t) => {
  const server = await startServer(t, { ...options, addressFailureLimit: 3 })
  const checks = countChecks(t, server)
  for (const [count, name] of [
    'x-forwarded-for',
    'forwarded',
    'x-real-ip',
    'true-client-ip',
    'x-forwarded-for',
  ].entries()) {
    const attemptLogin = await loginForm(server, { [name]: `203.0.113.${count}` })
    assert.equal((await attemptLogin('wrong', `nobody ${count}`)).status, count < 3 ? 401 : 429)
  }
  assert.equal(checks(), 3)
})

test('D4 a successful login on the page resets the budget of that account only', async (t) => {
  const server = await startServer(t, options)
  await givenPassword(server, 'mary', 'mary has a little lamb')
  const attemptLogin = await loginForm(server)
  for (let count = 0; count < 3; count++) await attemptLogin('wrong')
  const other = await loginForm(server)
  assert.equal((await other('mary has a little lamb', 'mary')).status, 303)
  assert.equal((await attemptLogin('wrong')).status, 401)
  assert.equal((await attemptLogin('tim1234')).status, 401)
})
