/** Pages that are out of date when their form is posted: two tabs, the back button, a second press, a lost cookie. None is a dead end. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { passPages, responseOf, userAgentOf } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { clients, tim, upToConsent, urlOf } from '../support/interaction.ts'
import { hiddenFields, postForm } from '../support/page-posts.ts'
import { countRows } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

const stale = /This page was out of date/
const noCookies = /doesn’t keep cookies/

for (const database of databaseKinds) {
  test(`${database}: with two tabs open, the second one goes on once the user has logged in with the first`, async (t) => {
    const server = await startServer(t, { clients, database })
    const agent = userAgentOf(server)
    const [one, two] = [urlOf({ state: 'one' }), urlOf({ state: 'two' })]
    const tabs = [await agent.open(one), await agent.open(two), await agent.open(urlOf({ state: 'three' }))] as const
    await agent.submit(tabs[0], tim)
    const second = await agent.submit(tabs[1], tim)
    assert.equal(second.status, 200)
    assert.match(second.url, /\/consent\?.*state=two/)
    const third = await agent.submit(tabs[2], { ...tim, password: 'wrong' })
    assert.match(third.url, /\/consent\?.*state=three/)
    assert.equal(responseOf(await agent.submit(second, { decision: 'allow' })).get('state'), 'two')
    assert.equal(await countRows(server.databaseUrl, 'sessions'), 1)
  })

  test(`${database}: a consent page from before another login decides nothing, and is shown again`, async (t) => {
    const server = await startServer(t, { clients, database })
    const agent = userAgentOf(server)
    const consent = await upToConsent(agent, urlOf())
    await agent.submit(await agent.open(urlOf({ prompt: 'login' })), tim)
    for (const decision of ['allow', 'deny', 'switch']) {
      const again = await agent.submit(consent, { decision })
      assert.match(again.url, /\/consent\?/)
      assert.equal(again.status, 200)
    }
    assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
    const shown = await agent.submit(consent, { decision: 'allow' })
    assert.ok(responseOf(await agent.submit(shown, { decision: 'allow' })).get('code'))
  })
}

const shared = await startServer({ after }, { clients })

test('after the back button, a login page goes on with the user who is logged in', async () => {
  const agent = userAgentOf(shared)
  const login = await agent.open(urlOf({ client_id: 'spa', redirect_uri: 'https://spa.example.com/cb' }))
  assert.ok(responseOf(await agent.submit(login, tim)).get('code'))
  assert.ok(responseOf(await agent.submit(login, tim)).get('code'))
})

test('a login form that is sent twice at once leads on both times', async () => {
  const agent = userAgentOf(shared)
  const url = urlOf()
  const fields = { ...hiddenFields(await agent.open(url)), ...tim }
  const responses = await Promise.all([postForm(agent, '/login', fields), postForm(agent, '/login', fields)])
  for (const response of responses) assert.equal(response.headers.get('location'), url)
  assert.match((await agent.open(url)).url, /\/consent\?/)
})

test('when nobody is logged in, the login form comes back with what was typed, and works', async () => {
  const agent = userAgentOf(shared)
  const login = await agent.open(urlOf())
  agent.cookies.set('countersign', 'A'.repeat(43))
  const page = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  assert.equal(page.status, 403)
  assert.match(page.body, stale)
  assert.doesNotMatch(page.body, noCookies)
  assert.match(page.body, /name="username"[^>]*value="tim"/)
  assert.doesNotMatch(page.body, /tim1234/)
  assert.match((await agent.submit(page, tim)).url, /\/consent\?/)
})

test('a login form whose cookie has expired comes back with another one, and works', async () => {
  const agent = userAgentOf(shared)
  const login = await agent.open(urlOf())
  agent.cookies.clear()
  const page = await agent.submit(login, tim)
  assert.match(page.body, stale)
  assert.doesNotMatch(page.body, noCookies)
  assert.equal(agent.cookies.size, 1)
  assert.match((await agent.submit(page, tim)).url, /\/consent\?/)
})

test('only a browser that does not send the cookie it just got is told that it keeps none', async () => {
  const agent = userAgentOf(shared)
  let page = await agent.open(urlOf())
  const seen: boolean[] = []
  for (let tries = 0; tries < 3; tries++) {
    agent.cookies.clear()
    page = await agent.submit(page, tim)
    seen.push(noCookies.test(page.body))
    assert.match(page.body, /name="username"[^>]*value="tim"/)
  }
  assert.deepEqual(seen, [false, true, true])
  // The user has allowed cookies.
  assert.match((await agent.submit(page, tim)).url, /\/consent\?/)
})

test('a browser whose cookie expires after it was sent is not told so: the user comes back to the tab the next day', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  let page = await agent.open(urlOf())
  for (let day = 0; day < 2; day++) {
    agent.cookies.clear()
    server.clock.now += 86_400
    page = await agent.submit(page, tim)
    assert.match(page.body, stale)
    assert.doesNotMatch(page.body, noCookies)
  }
  assert.match((await agent.submit(page, tim)).url, /\/consent\?/)
})

test('Cancel on a stale page responds to the client', async () => {
  const agent = userAgentOf(shared)
  const login = await agent.open(urlOf())
  agent.cookies.clear()
  assert.equal(responseOf(await agent.submit(login, { decision: 'cancel' })).get('error'), 'access_denied')
})

test('a consent page, an account chooser and a language switch of a browser that was logged out lead to the login page', async () => {
  const agent = userAgentOf(shared)
  const consent = await upToConsent(agent, urlOf())
  const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
  await agent.submit(await agent.open('/logout'), { decision: 'logout' })
  for (const [page, fields] of [
    [consent, { decision: 'allow' }],
    [chooser, { account: 'x' }],
  ] as const) {
    const next = await agent.submit(page, fields)
    assert.match(next.url, /\/login\?/)
    assert.equal(next.status, 200)
  }
})

test('a logout page from before another login asks again, and one of a browser that was logged out says so', async () => {
  const agent = userAgentOf(shared)
  await passPages(agent, await agent.open(urlOf()))
  const logout = await agent.open('/logout')
  await agent.submit(await agent.open(urlOf({ prompt: 'login' })), tim)
  const again = await agent.submit(logout, { decision: 'logout' })
  assert.match(again.body, /Log out\?/)
  assert.match((await agent.submit(again, { decision: 'logout' })).body, /You are logged out/)
  assert.match((await agent.submit(logout, { decision: 'stay' })).body, /You are logged out/)
})

test('an account chooser from before another login is shown again', async () => {
  const agent = userAgentOf(shared)
  await passPages(agent, await agent.open(urlOf()))
  const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
  await agent.submit(await agent.open(urlOf({ prompt: 'login' })), tim)
  const again = await agent.submit(chooser, { account: '' })
  assert.match(again.url, /\/select-account\?/)
})

test('the operator finds the reason of a stale page', async () => {
  const agent = userAgentOf(shared)
  const login = await agent.open(urlOf())
  agent.cookies.clear()
  const page = await agent.submit(login, tim)
  const id = page.headers.get('x-request-id')
  assert.equal(shared.log.find((line) => line.facts['requestId'] === id)?.facts['reason'], 'csrf_token_wrong')
})

test('a browser without Fetch Metadata that sends `Origin: null` with our own form may post it', async () => {
  const agent = userAgentOf(shared)
  const fields = { ...hiddenFields(await agent.open(urlOf())), ...tim }
  for (const headers of [{ origin: 'null' }, {}]) {
    const response = await postForm(agent, '/login', { ...fields }, headers)
    assert.equal(response.status, 303)
  }
})

const spaced = ['tim ', ' tim', '\ttim\r\n', '\u00a0tim\u00a0', '\u3000tim', '  TIM  ']
for (const username of spaced) {
  test(`spaces around the username ${JSON.stringify(username)} do not count`, async () => {
    const agent = userAgentOf(shared)
    await agent.submit(await agent.open(urlOf()), { ...tim, username })
    assert.equal(
      responseOf(await agent.open(urlOf({ prompt: 'none', scope: 'openid phone' }))).get('error'),
      'consent_required',
    )
  })
}

test('a username of nothing but spaces is missing', async () => {
  const agent = userAgentOf(shared)
  const page = await agent.submit(await agent.open(urlOf()), { ...tim, username: ' \u3000 ' })
  assert.match(page.body, /Enter your username or your email address, and your password/)
})
