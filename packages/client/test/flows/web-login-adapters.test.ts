/** The web login in each framework that it has an adapter for: the same app, over a real socket. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { startApi } from '../support/api.ts'
import { createBrowser, sendTo } from '../support/browser.ts'
import { adapters, type StartApp } from '../support/framework-apps.ts'
import { logInWith, origin, requestsOf, startWebLogin } from '../support/web-logins.ts'

const script = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', accept: '*/*' }

for (const [name, start] of Object.entries(adapters)) {
  test(`${name}: a page redirects to the login, and comes back with the user's own data`, async (t) => {
    const { browser, issuer, api } = await startApp(t, start)
    assert.equal(await (await browser.open('/')).text(), 'Nobody is here')
    const requested = await browser.open('/items?by=date')
    assert.equal(requested.status, 303)
    assert.equal(requested.headers.get('location'), `${origin}/auth/login?return_to=%2Fitems%3Fby%3Ddate`)
    assert.equal((await browser.open('/items', { headers: script })).status, 401)

    const response = await logInWith(browser, issuer, '/items?by=date')
    assert.equal(response.headers.get('location'), `${origin}/items?by=date`)
    const items = await browser.open('/items?by=date')
    assert.equal(items.status, 200)
    assert.equal(JSON.parse(await items.text()).url, '/items?by=date')
    assert.equal(api.requests[0]?.headers.authorization, 'Bearer access-1')
    assert.equal(await (await browser.open('/')).text(), 'Hello, u1')
  })

  test(`${name}: the app in the browser calls the API through the app, and posts any content`, async (t) => {
    const { browser, issuer, api } = await startApp(t, start)
    assert.equal((await browser.open('/api/items', { headers: script })).status, 401)
    await logInWith(browser, issuer)
    const response = await browser.open('/api/items?a=1', { headers: script })
    assert.equal(JSON.parse(await response.text()).url, '/items?a=1')
    for (const [type, body] of [
      ['application/json', '{"a":1}'],
      ['application/x-www-form-urlencoded', 'a=1'],
      ['application/octet-stream', 'x'.repeat(300_000)],
    ] as const) {
      const headers = { ...script, 'content-type': type }
      const posted = await browser.post('/api/items', { headers, body })
      assert.equal(JSON.parse(await posted.text()).body, body)
      assert.equal(api.requests.at(-1)?.body, body)
      assert.equal(api.requests.at(-1)?.headers['content-type'], type)
    }
    assert.equal(
      (await browser.post('/api/items', { headers: { ...script, 'sec-fetch-site': 'cross-site' } })).status,
      403,
    )
    // The app reads what is posted to the app itself.
    const own = await browser.post('/form', { headers: { 'content-type': 'application/json' }, body: '{"a":1}' })
    assert.equal(await own.text(), '{"a":1}')
  })

  test(`${name}: a renewal sets its cookie on every kind of response`, async (t) => {
    const { browser, issuer, clock } = await startApp(t, start)
    await logInWith(browser, issuer)
    for (const [index, path] of ['/items', '/api/items', '/auth/session', '/items'].entries()) {
      const before = browser.cookies.get('__Host-web-login')
      clock.now += 880
      const response = await browser.open(path, { headers: { 'sec-fetch-site': 'same-origin' } })
      assert.equal(response.status, 200)
      await response.text()
      assert.notEqual(browser.cookies.get('__Host-web-login'), before, path)
      assert.equal(requestsOf(issuer, 'refresh_token').length, index + 1)
    }
    // A page of Next.js cannot set cookies, so it renews nothing.
    if (name === 'Next.js') return
    const before = browser.cookies.get('__Host-web-login')
    clock.now += 880
    assert.equal(await (await browser.open('/')).text(), 'Hello, u1')
    assert.notEqual(browser.cookies.get('__Host-web-login'), before)
  })

  test(`${name}: a form of the app logs out, and one of another site does not`, async (t) => {
    const { browser, issuer } = await startApp(t, start)
    await logInWith(browser, issuer)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const foreign = await browser.post('/auth/logout', { headers: { ...headers, 'sec-fetch-site': 'cross-site' } })
    assert.equal(foreign.status, 403)
    const response = await browser.post('/auth/logout', { headers, body: 'a=1' })
    assert.equal(response.status, 303)
    assert.ok(response.headers.get('location')?.startsWith(`${issuer.url}/logout?`))
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(await (await browser.open('/')).text(), 'Nobody is here')
  })

  test(`${name}: an unknown path is left to the app`, async (t) => {
    const { browser } = await startApp(t, start)
    assert.equal((await browser.open('/auth/unknown')).status, 404)
    assert.notEqual((await browser.post('/auth/login')).status, 303)
    for (const method of ['TRACE', 'PUT', 'OPTIONS']) {
      for (const path of [
        '/auth/login',
        '/api/items',
        '*',
        'http://evil.example/api/items',
        '//evil.example/auth/login',
      ]) {
        const response = await browser.post(path, { method })
        assert.ok(response.status < 500, `${method} ${path}: ${response.status}`)
      }
    }
  })
}

async function startApp(t: TestContext, start: StartApp) {
  const api = await startApi(t)
  const started = await startWebLogin(t, { apis: api.url })
  const url = await start(t, started.web, api.url)
  const browser = createBrowser(sendTo(url))
  return { ...started, api, browser }
}
