/** Renewals that fail: tokens that cannot be stored, issuers that reject or have an outage, tokens that expire at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Route } from '../support/issuer.ts'
import { createStore } from '../support/session-stores.ts'
import { browserOf, logInWith, origin, requestsOf, sessionOf, startWebLogin } from '../support/web-logins.ts'

test('renewed tokens that cannot be stored are used and renewed from memory, reported, and stored as soon as possible', async (t) => {
  let isFull = false
  const store = createStore((call) => {
    if (call === 'set' && isFull) throw new Error('the disk is full')
  })
  const { web, issuer, clock, errors } = await startWebLogin(t, { session: store })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  isFull = true
  // Each time longer than the result of a stored renewal is remembered.
  for (const [index, wanted] of ['access-2', 'access-2', 'access-3', 'access-4'].entries()) {
    clock.now += wanted === 'access-2' ? (index === 0 ? 880 : 600) : 880
    const sessions = await Promise.all([sessionOf(web, browser), sessionOf(web, browser)])
    for (const session of sessions) assert.equal(await session?.accessToken(), wanted)
  }
  assert.equal(requestsOf(issuer, 'refresh_token').length, 3)
  assert.deepEqual([...new Set(errors.map(({ code }) => code))], ['storage_failed'])
  assert.match(String(errors[0]?.cause), /the disk is full/)

  isFull = false
  const reported = errors.length
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-4')
  clock.now += 880
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-5')
  assert.equal(errors.length, reported)
  assert.equal(requestsOf(issuer, 'refresh_token').length, 4)
  // Removing needs no room.
  isFull = true
  assert.equal((await browser.post('/auth/logout')).status, 303)
  assert.deepEqual(store.sessions(), [])
})

test('renewed tokens that are too long for cookies are used from memory, and reported', async (t) => {
  const { web, issuer, clock, errors } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const cookie = browser.cookies.get('__Host-web-login')
  const tokens = issuer.routes['/token']
  let padding = 'x'.repeat(20_000)
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(received, self)
    const { access_token: accessToken } = Object.assign({ access_token: '' }, response?.body)
    return { ...response, body: Object.assign({}, response?.body, { access_token: `${accessToken}${padding}` }) }
  }
  for (const wanted of ['access-2', 'access-3']) {
    clock.now += 880
    assert.equal((await (await sessionOf(web, browser))?.accessToken())?.slice(0, 8), wanted)
    assert.equal(browser.cookies.get('__Host-web-login'), cookie)
  }
  assert.deepEqual([...new Set(errors.map(({ code }) => code))], ['session_too_large'])
  padding = ''
  clock.now += 880
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-4')
  assert.notEqual(browser.cookies.get('__Host-web-login'), cookie)
  assert.equal(requestsOf(issuer, 'refresh_token').length, 3)
})

test('a logout that the store cannot write still removes the cookie and revokes the tokens, and is reported', async (t) => {
  let isDown = false
  const store = createStore((call) => {
    if (call !== 'get' && isDown) throw new Error('the store is down')
  })
  const { web, issuer, errors } = await startWebLogin(t, { session: store })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const copy = new Map(browser.cookies)
  isDown = true
  assert.equal((await browser.post('/auth/logout')).status, 303)
  assert.equal(browser.cookies.size, 0)
  assert.equal(errors[0]?.code, 'storage_failed')
  assert.equal(issuer.posted('/revoke').length, 2)
  assert.equal(await sessionOf(web, { ...browser, cookies: copy }), undefined)
})

test('a logout also revokes tokens that are only in memory', async (t) => {
  let isFull = false
  const store = createStore((call, id) => {
    if (call === 'set' && isFull && !id.endsWith(':ended')) throw new Error('the disk is full')
  })
  const { web, issuer, clock } = await startWebLogin(t, { session: store })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  isFull = true
  clock.now += 880
  assert.ok(await sessionOf(web, browser))
  clock.now += 300
  await browser.post('/auth/logout')
  const revoked = issuer.posted('/revoke').map((form) => form.get('token'))
  assert.deepEqual(revoked, ['refresh-1', 'access-1', 'refresh-2', 'access-2'])
})

test('tokens that expire at once, with refresh tokens that repeat, are renewed once for each request', async (t) => {
  let time = 1_800_000_000
  const { web, issuer } = await startWebLogin(t, { now: () => (time += 1) })
  const tokens = issuer.routes['/token']
  let count = 0
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.({ ...received, form: without(received.form, 'refresh_token') }, self)
    count += 1
    const refreshToken = received.form.get('refresh_token') === 'A' ? 'B' : 'A'
    return {
      body: Object.assign({}, response?.body, {
        expires_in: 1,
        refresh_token: refreshToken,
        access_token: `a${count}`,
      }),
    }
  }
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  for (let round = 1; round <= 5; round++) {
    const before = count
    assert.ok(await sessionOf(web, browser))
    assert.ok(count - before <= 1)
  }
  const before = count
  await Promise.all(Array.from({ length: 10 }, () => sessionOf(web, browser)))
  assert.ok(count - before <= 10)
})

test('an issuer that rejects a renewal with any error ends the session; an outage does not', async (t) => {
  const rejections: readonly Route[] = [
    () => ({ status: 400, body: { error: 'invalid_grant' } }),
    () => ({ status: 400, body: { error: 'unauthorized_client' } }),
    () => ({ status: 401, body: { error: 'invalid_client' } }),
    () => ({ status: 403, body: 'no' }),
    () => ({ status: 200, body: {} }),
    () => ({ status: 302, headers: { location: 'https://evil.example' } }),
  ]
  for (const reject of rejections) {
    const { web, issuer, clock, errors } = await startWebLogin(t)
    const browser = browserOf(web)
    await logInWith(browser, issuer)
    const copy = new Map(browser.cookies)
    issuer.routes['/token'] = reject
    clock.now += 880
    assert.equal(await sessionOf(web, browser), undefined)
    assert.equal(browser.cookies.size, 0)
    // An expired refresh token is usual, and is not reported.
    assert.equal(errors.length, reject === rejections[0] ? 0 : 1)
    assert.equal(await web.user(requestOf(copy)), undefined)
    clock.now += 3600
    assert.equal(await web.user(requestOf(copy)), undefined)
  }
  for (const status of [429, 500, 503]) {
    const { web, issuer, clock } = await startWebLogin(t)
    const browser = browserOf(web)
    await logInWith(browser, issuer)
    issuer.routes['/token'] = () => ({ status, body: {} })
    for (const seconds of [880, 20, 3600]) {
      clock.now += seconds
      assert.equal((await sessionOf(web, browser))?.claims.sub, 'u1')
      assert.equal((await web.user(requestOf(browser.cookies)))?.sub, 'u1')
    }
  }
})

test('user returns undefined when the access token has expired and there is no refresh token', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const tokens = issuer.routes['/token']
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(received, self)
    return { body: Object.assign({}, response?.body, { refresh_token: undefined }) }
  }
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  clock.now += 899
  assert.equal((await web.user(requestOf(browser.cookies)))?.sub, 'u1')
  clock.now += 1
  assert.equal(await web.user(requestOf(browser.cookies)), undefined)
})

function requestOf(cookies: ReadonlyMap<string, string>): Request {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return new Request(`${origin}/`, { headers: { cookie } })
}

function without(form: URLSearchParams, name: string): URLSearchParams {
  return new URLSearchParams([...form].filter(([known]) => known !== name))
}
