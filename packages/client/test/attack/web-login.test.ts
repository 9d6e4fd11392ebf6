/** What an attacker can do to a web app's login: with links, forms and pages of another site; for its cookie see web-session-cookie.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin } from '../../src/server/index.ts'
import {
  browserOf,
  comeBack,
  cookieSecret,
  logInWith,
  origin,
  requestsOf,
  sessionOf,
  startWebLogin,
} from '../support/web-logins.ts'

const sessionCookie = '__Host-web-login'

test('I9 a login leads only to pages of this app', async (t) => {
  const { web } = await startWebLogin(t)
  const browser = browserOf(web)
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    'https://evil.example',
    'https:evil.example',
    'http:/evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil',
    '',
    '/\t/evil.example',
    '\t//evil.example',
    '/\r\nset-cookie: a=b',
    '/a\r\nset-cookie: a=b',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e%2e//evil.example',
    '/a\\..\\..\\evil.example',
    '/\u0000',
    '/é',
    ' /',
    `/${'a'.repeat(512)}`,
  ]
  for (const returnTo of elsewhere) {
    const response = await browser.open(`/auth/login?${new URLSearchParams({ return_to: returnTo })}`)
    assert.equal(response.status, 400, JSON.stringify(returnTo))
    assert.equal(response.headers.get('location'), null)
  }
  assert.equal(browser.cookies.size, 0)
  for (const option of ['afterLogin', 'afterLogout'] as const) {
    const options = { issuer: origin, clientId: 'notes', redirectUri: `${origin}/callback`, cookieSecret }
    assert.throws(() => createWebLogin({ ...options, [option]: '//evil.example' }), { name: 'TypeError' })
  }
})

test('I9 a path of this app that looks like another site stays a path of this app', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  for (const returnTo of [
    '/%2f%2fevil.example',
    '/https://evil.example',
    '/a//b',
    '/@evil.example',
    '/?u=//evil.example',
  ]) {
    const response = await logInWith(browserOf(web), issuer, returnTo)
    assert.equal(response.headers.get('location'), `${origin}${returnTo}`)
  }
})

test('a callback with the state of another browser logs no user in (login CSRF), and its code is not used', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const attacker = browserOf(web)
  const callback = await comeBack(attacker, issuer)
  const victim = browserOf(web)
  const response = await victim.open(callback)
  assert.equal(response.status, 400)
  assert.equal(victim.cookies.size, 0)

  // During a login of the victim whose state has the same beginning.
  const own = new URL(await comeBack(victim, issuer), origin)
  const state = own.searchParams.get('state') ?? ''
  own.searchParams.set('state', `${state.slice(0, 21)}${'A'.repeat(state.length - 21)}`)
  assert.equal((await victim.open(`${own.pathname}${own.search}`)).status, 400)
  assert.equal(await sessionOf(web, victim), undefined)
  assert.equal(requestsOf(issuer, 'authorization_code').length, 0)
})

test('a callback works once in its browser, and not after ten minutes', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const browser = browserOf(web)
  const callback = await comeBack(browser, issuer)
  const before = new Map(browser.cookies)
  assert.equal((await browser.open(callback)).status, 303)
  browser.cookies.delete(sessionCookie)
  assert.equal((await browser.open(callback)).status, 400)

  clock.now += 600
  for (const [name, value] of before) browser.cookies.set(name, value)
  assert.equal((await browser.open(callback)).status, 400)
  assert.equal(requestsOf(issuer, 'authorization_code').length, 1)
})

test('a callback of another issuer, without state, or with any parameter twice is rejected', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  const mixed = new URL(await comeBack(browser, issuer), origin)
  mixed.searchParams.set('iss', 'https://evil.example')
  for (const search of [
    mixed.search,
    '',
    '?state=',
    '?code=c',
    '?state=a&state=b',
    '?state=__proto__',
    '?state=%00%0d%0a',
  ]) {
    const response = await browser.open(`/auth/callback${search}`)
    assert.ok((response.status >= 400 && response.status < 500) || response.status === 502)
  }
  assert.equal(await sessionOf(web, browser), undefined)
  assert.equal(requestsOf(issuer, 'authorization_code').length, 0)
})

test('the page of a failed login shows nothing from the URL, and runs nothing', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  const url = new URL(await comeBack(browser, issuer), origin)
  url.searchParams.delete('code')
  url.searchParams.set('error', 'access_denied"><script>alert(1)</script>')
  url.searchParams.set('error_description', '<script>alert(1)</script>')
  const response = await browser.open(`${url.pathname}${url.search}`)
  assert.doesNotMatch(await response.text(), /script|alert/)
  assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/)
})

test('another site cannot log a user out', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin },
    { 'sec-fetch-site': null },
    { 'sec-fetch-site': null, origin: 'https://evil.example' },
    { 'sec-fetch-site': null, origin: 'null' },
    { 'sec-fetch-site': null, origin: `${origin}.evil.example` },
    { 'sec-fetch-site': null, origin: 'http://notes.example' },
  ]
  for (const headers of foreign) assert.equal((await browser.post('/auth/logout', { headers })).status, 403)
  assert.equal((await browser.open('/auth/logout')).status, 405)
  assert.ok(await sessionOf(web, browser))
  assert.equal((await browser.post('/auth/logout', { headers: { 'sec-fetch-site': null, origin } })).status, 303)
})

test('repeated logins do not fill up the browser: the oldest are forgotten', async (t) => {
  const { web, issuer, clock } = await startWebLogin(t)
  const browser = browserOf(web)
  const first = await comeBack(browser, issuer)
  for (let round = 0; round < 20; round++) {
    clock.now += 1
    await browser.open('/auth/login')
  }
  assert.equal(browser.cookies.size, 4)
  assert.equal((await browser.open(first)).status, 400)
  assert.equal((await logInWith(browser, issuer)).status, 303)
})

test('the Host header of a request has no effect', async (t) => {
  const { web } = await startWebLogin(t)
  const response = web.loginRequired(
    new Request('http://evil.example//evil.example/x', { headers: { accept: 'text/html' } }),
  )
  assert.equal(response.headers.get('location'), `${origin}/auth/login`)
  const login = await web.handle(new Request('http://evil.example/auth/login'))
  const redirectUri = new URL(login?.headers.get('location') ?? '').searchParams.get('redirect_uri')
  assert.equal(redirectUri, `${origin}/auth/callback`)
})

test('no reported error has a token, a code or a secret in it', async (t) => {
  const { web, issuer, errors } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const callback = await comeBack(browser, issuer)
  const code = new URL(callback, origin).searchParams.get('code') ?? ''
  issuer.routes['/token'] = ({ form }) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: [...form.values(), 'client-secret'].join(' ') },
  })
  await browser.open(callback)
  issuer.routes['/revoke'] = ({ form }) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: form.get('token') },
  })
  await browser.post('/auth/logout')
  assert.equal(errors.length, 2)
  for (const error of errors) {
    for (const secret of [code, 'refresh-1', 'access-1', 'client-secret', cookieSecret]) {
      assert.ok(!`${error.message} ${JSON.stringify(error)}`.includes(secret))
    }
  }
})
