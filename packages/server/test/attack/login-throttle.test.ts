/** Login attempts on the login page: D1, D2, D4, D6 and D10 of the security cases. The page and the password grant share one budget. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countChecks, givenPassword } from '../support/accounts.ts'
import { authorizeUrl, newPkce, passPages, requestOf, responseOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { fromOwnPage, hiddenFields, postForm } from '../support/page-posts.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

const options = { clients: [webApp], accountFailureLimit: 4, addressFailureLimit: 50, failureWindow: 900 }
const urlOf = (more = {}) => authorizeUrl(requestOf(webApp, newPkce(), more))

/** An attacker's browser at the login page: posts one login attempt and returns what it sees. */
async function loginForm(server: TestServer, headers: Readonly<Record<string, string>> = {}) {
  const agent = userAgentOf(server)
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
