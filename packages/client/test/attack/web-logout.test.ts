/** Logouts during a renewal of the same session, in every order, and copies of its cookie. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createWebLogin, type WebLogin } from '../../src/server/index.ts'
import { createStore } from '../support/session-stores.ts'
import { browserOf, logInWith, origin, type StartedWebLogin, sessionOf, startWebLogin } from '../support/web-logins.ts'

for (const mode of ['cookie', 'store'] as const) {
  test(`H5 ${mode}: a renewal under way at the logout brings no session, and its tokens are revoked`, async (t) => {
    const { web, issuer, browser, gate } = await startRenewal(t, mode)
    const renewing = browser.open('/auth/session')
    await gate.reached
    const copy = new Map(browser.cookies)
    const leaving = browser.post('/auth/logout')
    // Until the logout waits for that renewal.
    while ((await web.user(requestOf(copy))) !== undefined) await new Promise(setImmediate)
    gate.open()
    assert.equal((await leaving).status, 303)
    assert.deepEqual(await (await renewing).json(), { isLoggedIn: false })
    assert.equal(browser.cookies.size, 0)
    const revoked = issuer.posted('/revoke').map((form) => form.get('token'))
    assert.deepEqual([...new Set(revoked)].sort(), ['access-1', 'access-2', 'refresh-1', 'refresh-2'])
    await assertNobody(web, copy)
  })

  test(`N4 ${mode}: a response with the renewed session after the logout does not bring the session back`, async (t) => {
    const { web, issuer, browser, gate } = await startRenewal(t, mode)
    gate.open()
    const before = new Map(browser.cookies)
    assert.ok(await sessionOf(web, browser))
    const late = new Map(browser.cookies)
    // The logout was sent before that response, with the old cookie.
    const other = { ...browserOf(web), cookies: new Map(before) }
    const response = await web.handle(logoutOf(other.cookies))
    assert.equal(response?.status, 303)
    const revoked = issuer.posted('/revoke').map((form) => form.get('token'))
    assert.ok(revoked.includes('refresh-2') && revoked.includes('access-2'))
    await assertNobody(web, late)
    await assertNobody(web, before)
    assert.equal(issuer.posted('/token').length, 2)
  })
}

test('N4 cookie: a copy of the cookie has no session in the process of the logout, even if the issuer would still renew', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  issuer.routes['/revoke'] = () => ({ status: 503, body: {} })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const copy = new Map(browser.cookies)
  await browser.post('/auth/logout')
  for (const seconds of [0, 59, 800, 40]) {
    clock.now += seconds
    await assertNobody(web, copy)
  }
  assert.equal(issuer.posted('/token').length, 1)
})

// The steps of a renewal in one process and of a logout in another, which share only the store.
for (const order of [
  'before it is looked for',
  'before it is set',
  'before the mark is looked for',
  'after the mark was looked for',
]) {
  test(`H5 store: a logout in another process also ends the session when it comes ${order}`, async (t) => {
    let step: string | undefined
    let logOut = async (): Promise<unknown> => undefined
    const meet = async (at: string): Promise<void> => {
      if (step !== at) return
      step = undefined
      await logOut()
    }
    const store = createStore(async (call, id) => {
      if (call === 'get')
        await meet(id.endsWith(':ended') ? 'before the mark is looked for' : 'before it is looked for')
      if (call === 'set' && !id.endsWith(':ended')) await meet('before it is set')
    })
    const { web, issuer, clock, options } = await startWebLogin(t, { session: store })
    const browser = browserOf(web)
    await logInWith(browser, issuer)
    const cookies = new Map(browser.cookies)
    const elsewhere = createWebLogin(options)
    logOut = () => elsewhere.handle(logoutOf(cookies))
    clock.now += 880
    const tokens = issuer.routes['/token']
    issuer.routes['/token'] = async (received, self) => {
      step = order
      return (await tokens?.(received, self)) ?? {}
    }
    const session = await sessionOf(web, { ...browser, cookies: new Map(cookies) })
    if (order === 'after the mark was looked for') await logOut()
    else assert.equal(session, undefined)
    assert.deepEqual(store.sessions(), [])
    await assertNobody(web, cookies)
    await assertNobody(elsewhere, cookies)
    const revoked = issuer.posted('/revoke').map((form) => form.get('token'))
    assert.ok(revoked.includes('refresh-2'), revoked.join())
  })
}

/** Logged in, with tokens that are due, and an issuer that delays the next ones. */
async function startRenewal(t: TestContext, mode: 'cookie' | 'store') {
  const started: StartedWebLogin = await startWebLogin(t, mode === 'store' ? { session: createStore() } : {})
  const browser = browserOf(started.web)
  await logInWith(browser, started.issuer)
  const gate = createGate()
  const tokens = started.issuer.routes['/token']
  started.issuer.routes['/token'] = async (received, self) => {
    await gate.pass()
    return (await tokens?.(received, self)) ?? {}
  }
  started.clock.now += 880
  return { ...started, browser, gate }
}

function createGate() {
  const opened = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const pass = async (): Promise<void> => {
    reached.resolve()
    await opened.promise
  }
  return { open: opened.resolve, reached: reached.promise, pass }
}

function logoutOf(cookies: ReadonlyMap<string, string>): Request {
  return requestOf(cookies, '/auth/logout', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })
}

async function assertNobody(web: WebLogin, cookies: ReadonlyMap<string, string>): Promise<void> {
  assert.equal(await web.user(requestOf(cookies)), undefined)
  assert.equal(await sessionOf(web, { ...browserOf(web), cookies: new Map(cookies) }), undefined)
}

function requestOf(cookies: ReadonlyMap<string, string>, path = '/', init: RequestInit = {}): Request {
  const headers = new Headers(init.headers)
  headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
  return new Request(`${origin}${path}`, { ...init, headers })
}
