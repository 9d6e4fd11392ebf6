/** The session of a web login: what is kept in cookies or in a store, and its renewal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin } from '../../src/server/index.ts'
import { startApi } from '../support/api.ts'
import { browserOf, logInWith, requestsOf, sessionOf, startWebLogin } from '../support/web-logins.ts'

test('with a session store the cookie has an id, and the store has nothing of use to a reader', async (t) => {
  const kept = new Map<string, string>()
  const session = {
    get: (id: string) => kept.get(id),
    set: async (id: string, text: string, lifetime: number) => {
      assert.equal(lifetime, 3600)
      kept.set(id, text)
    },
    remove: (id: string) => kept.delete(id),
  }
  const { web, issuer, clock } = await startWebLogin(t, { session, sessionLifetime: 3600 })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  assert.ok((browser.cookies.get('__Host-web-login') ?? '').length < 200)
  assert.equal(kept.size, 1)
  assert.doesNotMatch(JSON.stringify([...kept]), /access-1|refresh-1|"sub"/)
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-1')

  const cookie = browser.cookies.get('__Host-web-login')
  session.set = async (id, text) => void kept.set(id, text)
  clock.now += 880
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-2')
  assert.equal(browser.cookies.get('__Host-web-login'), cookie)
  await browser.post('/auth/logout')
  // For a renewal under way.
  assert.deepEqual([...kept.values()], ['ended'])
  browser.cookies.set('__Host-web-login', cookie ?? '')
  assert.equal(await sessionOf(web, browser), undefined)
})

test('tokens that do not fit into one cookie are in several, and shorter ones remove what is left of them', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  const tokens = issuer.routes['/token']
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(received, self)
    return { body: Object.assign({}, response?.body, { access_token: 'a'.repeat(4000) }) }
  }
  await logInWith(browser, issuer)
  assert.deepEqual([...browser.cookies.keys()], ['__Host-web-login', '__Host-web-login.2'])
  for (const line of browser.lines) assert.ok(line.length <= 4096)
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'a'.repeat(4000))

  if (tokens) issuer.routes['/token'] = tokens
  await logInWith(browser, issuer)
  assert.deepEqual([...browser.cookies.keys()], ['__Host-web-login'])
})

test('tokens that are too long for cookies are rejected with the fix, and fit into a session store', async (t) => {
  const kept = new Map<string, string>()
  const session = {
    get: (id: string) => kept.get(id) ?? null,
    set: (id: string, text: string) => kept.set(id, text),
    remove: (id: string) => kept.delete(id),
  }
  const { web, issuer, errors, options } = await startWebLogin(t)
  const tokens = issuer.routes['/token']
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(received, self)
    return { body: Object.assign({}, response?.body, { access_token: 'a'.repeat(100_000) }) }
  }
  assert.equal((await logInWith(browserOf(web), issuer)).status, 502)
  assert.equal(errors[0]?.code, 'session_too_large')
  assert.match(errors[0]?.message ?? '', /session store/)

  const other = createWebLogin({ ...options, session })
  const browser = browserOf(other)
  assert.equal((await logInWith(browser, issuer)).status, 303)
  assert.equal((await (await sessionOf(other, browser))?.accessToken())?.length, 100_000)
})

test('a session is renewed before its token ends, once for all requests, also those that come later with the old cookie', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const before = new Map(browser.cookies)
  clock.now += 880
  const sessions = await Promise.all(
    Array.from({ length: 20 }, () => sessionOf(web, { ...browser, cookies: new Map(before) })),
  )
  for (const session of sessions) assert.equal(await session?.accessToken(), 'access-2')
  clock.now += 50
  assert.equal(await (await sessionOf(web, { ...browser, cookies: new Map(before) }))?.accessToken(), 'access-2')
  assert.equal(requestsOf(issuer, 'refresh_token').length, 1)
})

test('an issuer that keeps the refresh token gets one request per renewal, for all callers', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const tokens = issuer.routes['/token']
  let lifetime = 900
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(
      { ...received, form: new URLSearchParams([...received.form].filter(([name]) => name !== 'refresh_token')) },
      self,
    )
    return { body: Object.assign({}, response?.body, { refresh_token: 'the-same', expires_in: lifetime }) }
  }
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  lifetime = 10
  clock.now += 880
  await sessionOf(web, browser)
  for (let round = 2; round <= 4; round++) {
    clock.now += 20
    const opened = await Promise.all(Array.from({ length: 5 }, () => sessionOf(web, browser)))
    for (const session of opened) assert.equal(await session?.accessToken(), `access-${round + 1}`)
    assert.equal(requestsOf(issuer, 'refresh_token').length, round)
  }
})

test('a refresh token that is no longer valid ends the session and removes its cookie', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  issuer.routes['/token'] = () => ({ status: 400, body: { error: 'invalid_grant' } })
  clock.now += 880
  assert.equal(await sessionOf(web, browser), undefined)
  assert.equal(browser.cookies.size, 0)
})

test('without a refresh token, the session ends with the access token', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const tokens = issuer.routes['/token']
  issuer.routes['/token'] = async (received, self) => {
    const response = await tokens?.(received, self)
    return { body: Object.assign({}, response?.body, { refresh_token: undefined }) }
  }
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  clock.now += 899
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-1')
  clock.now += 1
  assert.equal(await sessionOf(web, browser), undefined)
  assert.equal(browser.cookies.size, 0)
})

test('while the issuer is out of order the session goes on, as long as the token does for APIs', async (t) => {
  const { web, issuer, clock, errors } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const tokens = issuer.routes['/token']
  issuer.routes['/token'] = () => ({ status: 503, body: { error: 'temporarily_unavailable' } })
  clock.now += 880
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-1')
  clock.now += 20
  const session = await sessionOf(web, browser)
  assert.equal(session?.claims.sub, 'u1')
  await assert.rejects(async () => await session?.accessToken(), { name: 'ClientError', status: 503 })
  assert.ok(errors.length > 0)
  // The next attempt is only after some seconds, so that not every request waits for it.
  const requested = requestsOf(issuer, 'refresh_token').length
  await Promise.all(Array.from({ length: 10 }, () => sessionOf(web, browser)))
  assert.equal(requestsOf(issuer, 'refresh_token').length, requested)
  if (tokens) issuer.routes['/token'] = tokens
  clock.now += 5
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-2')
})

test('a session ends after its lifetime, however often it was renewed', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t, { sessionLifetime: 2000 })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  clock.now += 880
  assert.ok(await sessionOf(web, browser))
  clock.now += 880
  assert.ok(await sessionOf(web, browser))
  assert.equal(requestsOf(issuer, 'refresh_token').length, 2)
  clock.now += 240
  assert.equal(await sessionOf(web, browser), undefined)
})

test('an API that rejects the token is called again with a new one, which the cookie then has', async (t) => {
  const api = await startApi(t, ({ headers }, response) => {
    const isGood = headers.authorization === 'Bearer access-2'
    response.writeHead(isGood ? 200 : 401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('{}')
  })
  const { web, issuer } = await startWebLogin(t, { apis: api.url })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const session = await sessionOf(web, browser)
  assert.equal((await session?.fetch(`${api.url}/items`))?.status, 200)
  assert.equal(api.requests.length, 2)
  assert.equal(await (await sessionOf(web, browser))?.accessToken(), 'access-2')
  assert.equal(requestsOf(issuer, 'refresh_token').length, 1)
})
