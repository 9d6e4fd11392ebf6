/** Several web logins with one secret: for several issuers, tenants or names. None opens what another has sealed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin } from '../../src/server/index.ts'
import { startIssuer } from '../support/issuer.ts'
import { createStore } from '../support/session-stores.ts'
import { browserOf, comeBack, logInWith, origin, requestsOf, sessionOf, startWebLogin } from '../support/web-logins.ts'

for (const mode of ['cookie', 'store'] as const) {
  test(`${mode}: a session does not open for another issuer, client, tenant or name, and none of its tokens is sent there`, async (t) => {
    const started = await startWebLogin(t, mode === 'store' ? { session: createStore() } : {})
    const { web, issuer, options, clock } = started
    const other = await startIssuer(t)
    const browser = browserOf(web)
    await logInWith(browser, issuer)
    const pending = await comeBack(browser, issuer)
    const names = [...browser.cookies.keys()]
    for (const change of [
      { issuer: other.url },
      { clientId: 'another' },
      { redirectUri: `${origin}/tenants/b/auth/callback` },
      { redirectUri: 'https://other.example/auth/callback' },
      { cookieName: 'web-login-b' },
    ]) {
      const stranger = createWebLogin({ ...options, apis: other.url, ...change })
      // The same values, also under the names of the other web login.
      const cookies = new Map(browser.cookies)
      for (const name of names) {
        const renamed = name.replace('web-login', change.cookieName ?? 'web-login')
        cookies.set(renamed, browser.cookies.get(name) ?? '')
      }
      const mallory = { ...browserOf(stranger), cookies }
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const request = new Request(`${stranger.origin}/`, { headers: { cookie } })
      assert.equal(await stranger.user(request), undefined)
      assert.equal(await sessionOf(stranger, mallory), undefined)
      const callback = new URL(pending, origin)
      const path = new URL(change.redirectUri ?? `${origin}/auth/callback`).pathname
      const response = await stranger.handle(new Request(`${origin}${path}${callback.search}`, { headers: { cookie } }))
      assert.equal(response?.status, 400)
    }
    assert.equal(other.posted('/token').length, 0)
    assert.equal(requestsOf(issuer, 'authorization_code').length, 1)
    clock.now += 1
    assert.ok(await sessionOf(web, browser))
  })

  test(`${mode}: one name may begin with the other`, async (t) => {
    const started = await startWebLogin(t, {
      cookieName: 'web-login-admin',
      ...(mode === 'store' && { session: createStore() }),
    })
    const browser = browserOf(started.web)
    await logInWith(browser, started.issuer)
    const shorter = createWebLogin({ ...started.options, cookieName: 'web-login' })
    const user = { ...browserOf(shorter), cookies: browser.cookies }
    const cookie = () => [...user.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (let round = 0; round < 6; round++) {
      const response = await shorter.handle(new Request(`${origin}/auth/login`, { headers: { cookie: cookie() } }))
      assert.equal(response?.status, 303)
      // No cookie of the other web login is removed, though the browser has many.
      for (const line of response?.headers.getSetCookie() ?? []) assert.doesNotMatch(line, /web-login-admin/)
      await browser.open('/auth/login')
    }
    assert.ok(await sessionOf(started.web, browser))
  })
}
