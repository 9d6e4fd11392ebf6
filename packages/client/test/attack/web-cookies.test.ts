/** Cookies that another site makes a browser collect: ours together must leave room for the other headers of a request (431). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApi } from '../support/api.ts'
import { createBrowser, sendTo } from '../support/browser.ts'
import { adapters } from '../support/framework-apps.ts'
import { comeBack, logInWith, origin, startWebLogin } from '../support/web-logins.ts'

const room = 12_000
/** What a current browser sends beside, and other cookies of an app. */
const headers = {
  'user-agent': 'x'.repeat(150),
  accept: 'x'.repeat(150),
  'sec-ch-ua': 'x'.repeat(100),
  'x-more': 'x'.repeat(2000),
}
const longest = `/${'x'.repeat(511)}`

for (const size of [10, 2500, 4500, 5000, 5500, 6000, 6500]) {
  test(`with a token of ${size} bytes, however many logins begin, the app still responds, and a logout ends the session`, async (t) => {
    const { browser, issuer, clock } = await startApp(t, size)
    await logInWith(browser, issuer, '/')
    const session = [...browser.cookies.keys()]
    const others: string[] = []
    for (let round = 0; round < 8; round++) {
      clock.now += 1
      others.push(await comeBack(browser, issuer, longest))
      assert.ok(sizeOf(browser.cookies) <= room, `${sizeOf(browser.cookies)} bytes`)
      for (const name of session) assert.ok(browser.cookies.has(name))
    }
    assert.equal(await (await browser.open('/', { headers })).text(), 'Hello, u1')
    // The newest login succeeds, and there is room for its session.
    assert.equal((await browser.open(others.at(-1) ?? '', { headers })).status, 303)
    assert.ok(sizeOf(browser.cookies) <= room)
    assert.equal((await browser.post('/auth/logout', { headers })).status, 303)
    assert.equal(await (await browser.open('/', { headers })).text(), 'Nobody is here')
  })
}

test('a session that grows makes room by forgetting the oldest logins', async (t) => {
  const { browser, issuer, clock, grow } = await startApp(t, 10)
  await logInWith(browser, issuer, '/')
  clock.now += 400
  const begun: string[] = []
  for (let round = 0; round < 4; round++) {
    begun.push(await comeBack(browser, issuer, longest))
    clock.now += 1
  }
  assert.equal(pendingOf(browser.cookies).length, 4)
  grow(6000)
  clock.now += 490
  assert.equal((await browser.open('/auth/session', { headers })).status, 200)
  assert.ok(sizeOf(browser.cookies) <= room)
  assert.equal(pendingOf(browser.cookies).length, 2)
  // A browser that comes back from a forgotten login is already logged in.
  assert.equal((await browser.open(begun[0] ?? '')).headers.get('location'), `${origin}/`)
})

async function startApp(t: Parameters<typeof startWebLogin>[0], firstSize: number) {
  const api = await startApi(t)
  const started = await startWebLogin(t, { apis: api.url })
  let size = firstSize
  const tokens = started.issuer.routes['/token']
  started.issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(received, self)
    return { body: Object.assign({}, response?.body, { access_token: 'a'.repeat(size) }) }
  }
  const start = adapters['Express 5']
  const url = await start?.(t, started.web, api.url)
  const grow = (to: number): void => {
    size = to
  }
  return { ...started, browser: createBrowser(sendTo(url ?? '')), grow }
}

function sizeOf(cookies: ReadonlyMap<string, string>): number {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ').length
}

function pendingOf(cookies: ReadonlyMap<string, string>): readonly string[] {
  return [...cookies.keys()].filter((name) => name.startsWith('__Host-web-login-'))
}
