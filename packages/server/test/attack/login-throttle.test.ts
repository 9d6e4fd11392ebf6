/** Guessing on the login page: D1, D2, D4, D6 and D10 of the security cases. The page and the password grant have one budget. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countChecks, givenPassword } from '../support/accounts.ts'
import { answerOf, authorizeUrl, newPkce, passPages, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { fromOwnPage, hiddenFields, postForm } from '../support/page-posts.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

const options = { clients: [webApp], accountFailureLimit: 4, addressFailureLimit: 50, failureWindow: 900 }
const urlOf = (more = {}) => authorizeUrl(requestOf(webApp, newPkce(), more))

/** A stranger's browser at the login page: posts one guess and answers what it sees. */
async function guesser(server: TestServer, headers: Readonly<Record<string, string>> = {}) {
  const agent = userAgentOf(server)
  const fields = hiddenFields(await agent.open(urlOf()))
  return async (password: string, username = 'tim') => {
    const response = await postForm(agent, '/login', { ...fields, username, password }, { ...fromOwnPage, ...headers })
    return { status: response.status, body: (await response.text()).replace(/value="[^"]*"/g, '') }
  }
}

for (const database of databaseKinds) {
  test(`${database}: D4 guesses on the page and at /token come out of one budget`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    const checks = countChecks(t, server)
    const guess = await guesser(server)
    for (let count = 0; count < 2; count++) {
      assert.equal((await server.post('/token', { username: 'tim', password: `wrong ${count}` })).status, 401)
      assert.equal((await guess(`wrong on the page ${count}`)).status, 401)
    }
    assert.equal(checks(), 4)
    assert.equal((await guess('tim1234')).status, 401)
    assert.equal((await guess('tim1234', 'TIM')).status, 401)
    assert.equal((await server.post('/token', { username: 'tim', password: 'tim1234' })).status, 401)
    assert.equal(checks(), 4)
    assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
    server.clock.now += 901
    assert.equal((await guess('tim1234')).status, 303)
  })

  test(`${database}: D1 a right password within the lock looks like a wrong one`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const guess = await guesser(server)
    const wrong = []
    for (let count = 0; count < 4; count++) wrong.push(await guess('wrong'))
    const right = await guess('tim1234')
    for (const seen of [...wrong, await guess('wrong', 'nobody')]) assert.deepEqual(seen, right)
  })

  test(`${database}: D2 of sixty wrong guesses at once on the page, no more than the budget are checked`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const checks = countChecks(t, server)
    const guess = await guesser(server)
    const seen = await Promise.all(Array.from({ length: 60 }, (_, count) => guess(`wrong ${count}`)))
    assert.ok(seen.every(({ status }) => status === 401 || status === 503))
    assert.ok(checks() <= 4, `${checks()} were checked`)
  })

  test(`${database}: D10 who is logged in stays so while strangers guess, and may go on to clients`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    const guess = await guesser(server)
    for (let count = 0; count < 6; count++) await guess(`wrong ${count}`)
    assert.ok(answerOf(await agent.open(urlOf({ prompt: 'none' }))).get('code'))
  })
}

test('D6 a header that names another address is no fresh budget', async (t) => {
  const server = await startServer(t, { ...options, addressFailureLimit: 3 })
  const checks = countChecks(t, server)
  for (const [count, name] of [
    'x-forwarded-for',
    'forwarded',
    'x-real-ip',
    'true-client-ip',
    'x-forwarded-for',
  ].entries()) {
    const guess = await guesser(server, { [name]: `203.0.113.${count}` })
    assert.equal((await guess('wrong', `nobody ${count}`)).status, count < 3 ? 401 : 429)
  }
  assert.equal(checks(), 3)
})

test('D4 a right login on the page gives the budget back, another account does not', async (t) => {
  const server = await startServer(t, options)
  await givenPassword(server, 'mary', 'mary has a little lamb')
  const guess = await guesser(server)
  for (let count = 0; count < 3; count++) await guess('wrong')
  const other = await guesser(server)
  assert.equal((await other('mary has a little lamb', 'mary')).status, 303)
  assert.equal((await guess('wrong')).status, 401)
  assert.equal((await guess('tim1234')).status, 401)
})
