/** A web app logs its users in, and keeps their tokens in the browser's cookies or in a store of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin } from '../../src/server/index.ts'
import { startApi } from '../support/api.ts'
import { metadataOf } from '../support/issuer.ts'
import { browserOf, comeBack, logInWith, origin, requestsOf, sessionOf, startWebLogin } from '../support/web-logins.ts'

test('a login ends at the page that required it, and the app then knows the user', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  assert.deepEqual(await (await browser.open('/auth/session')).json(), { isLoggedIn: false })
  const response = await logInWith(browser, issuer, '/notes?tag=a#last')
  assert.equal(response.headers.get('location'), `${origin}/notes?tag=a#last`)
  assert.deepEqual([...browser.cookies.keys()], ['__Host-web-login'])
  assert.equal((await sessionOf(web, browser))?.claims.sub, 'u1')
  assert.equal((await web.user(requestOf(browser)))?.sub, 'u1')

  const status = await (await browser.open('/auth/session')).text()
  assert.equal(JSON.parse(status).claims.sub, 'u1')
  assert.doesNotMatch(status, /access-1|refresh-1|\.c2lnbmF0dXJl/)
})

test('I5 the cookies are for https, for this host and not for scripts, and no cache stores a response', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  const responses = [
    await logInWith(browser, issuer),
    await browser.open('/auth/login'),
    await browser.open('/auth/session'),
    await browser.open('/auth/callback?state=unknown'),
    await browser.post('/auth/login'),
    await browser.post('/auth/logout'),
    web.loginRequired(new Request(`${origin}/`)),
  ]
  for (const response of responses) assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.ok(browser.lines.length >= 5)
  for (const line of browser.lines) {
    assert.match(line, /^__Host-web-login[\w-]*=[\w.-]*; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/)
  }
})

test('on loopback over http the cookies have neither the prefix nor Secure, which browsers would reject', async (t) => {
  const { web, issuer } = await startWebLogin(t, { redirectUri: 'http://127.0.0.1:3000/auth/callback' })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  assert.deepEqual([...browser.cookies.keys()], ['web-login'])
  for (const line of browser.lines) assert.match(line, /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
})

test('two tabs log in at the same time, and each ends at its own page', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  const first = await comeBack(browser, issuer, '/first')
  const second = await comeBack(browser, issuer, '/second')
  assert.equal((await browser.open(second)).headers.get('location'), `${origin}/second`)
  assert.equal((await browser.open(first)).headers.get('location'), `${origin}/first`)
})

test('a user who comes to the callback again with the back button is already logged in', async (t) => {
  const { web, issuer } = await startWebLogin(t, { afterLogin: '/home' })
  const browser = browserOf(web)
  const callback = await comeBack(browser, issuer)
  await browser.open(callback)
  assert.equal((await browser.open(callback)).headers.get('location'), `${origin}/home`)
  assert.equal(requestsOf(issuer, 'authorization_code').length, 1)
})

test('requireLogin redirects pages to log in, responds to scripts with 401, and does so also when the session ends during the work', async (t) => {
  const api = await startApi(t, (_request, response) => response.writeHead(401).end())
  const { web, issuer } = await startWebLogin(t, { apis: api.url })
  const browser = browserOf(web)
  const ask = (init: RequestInit) =>
    web.requireLogin(
      new Request(`${origin}/notes?tag=a`, init),
      () => {},
      () => new Response('unreachable'),
    )
  const toLogin = `${origin}/auth/login?return_to=%2Fnotes%3Ftag%3Da`
  assert.equal((await ask({ headers: { accept: 'text/html' } })).headers.get('location'), toLogin)
  const posted = await ask({ method: 'POST', headers: { 'sec-fetch-mode': 'navigate' } })
  assert.equal(posted.headers.get('location'), `${origin}/auth/login`)
  const script = await ask({ headers: { accept: 'text/html', 'sec-fetch-mode': 'cors' } })
  assert.equal(script.status, 401)
  assert.equal(JSON.parse(await script.text()).error, 'login_required')

  await logInWith(browser, issuer)
  issuer.routes['/token'] = () => ({ status: 400, body: { error: 'invalid_grant' } })
  const halfway: string[] = []
  const response = await web.requireLogin(
    requestOf(browser),
    (line) => halfway.push(line),
    (session) => session.fetch(api.url),
  )
  assert.equal(response.headers.get('location'), `${origin}/auth/login?return_to=%2F`)
  assert.match(halfway.join(), /^__Host-web-login=; Path=\/; Max-Age=0;/)
})

test('a logout revokes the tokens, and logs out at the issuer, which sends the browser back', async (t) => {
  const { web, issuer } = await startWebLogin(t, { afterLogout: '/bye' })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const response = await browser.post('/auth/logout')
  assert.equal(response.status, 303)
  const url = new URL(response.headers.get('location') ?? '')
  assert.equal(`${url.origin}${url.pathname}`, `${issuer.url}/logout`)
  assert.equal(url.searchParams.get('post_logout_redirect_uri'), `${origin}/bye`)
  assert.match(url.searchParams.get('id_token_hint') ?? '', /^eyJ/)
  assert.deepEqual(
    issuer.posted('/revoke').map((form) => form.get('token')),
    ['refresh-1', 'access-1'],
  )
  assert.equal(browser.cookies.size, 0)
  assert.equal((await browser.post('/auth/logout')).headers.get('location'), `${origin}/bye`)
})

test('a logout ends the session here whatever the issuer responds', async (t) => {
  const { web, issuer, options, errors } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  issuer.routes['/revoke'] = () => ({ status: 500, body: 'out of order' })
  assert.match((await browser.post('/auth/logout')).headers.get('location') ?? '', /\/logout\?/)
  assert.equal(browser.cookies.size, 0)
  assert.equal(errors.length, 1)

  const changes = { end_session_endpoint: undefined, revocation_endpoint: undefined }
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadataOf(issuer, changes) })
  const simple = createWebLogin(options)
  await logInWith(browserOf(simple), issuer)
  await logInWith(browser, issuer)
  const second = browserOf(simple)
  await logInWith(second, issuer)
  assert.equal((await second.post('/auth/logout')).headers.get('location'), `${origin}/`)

  const third = browserOf(simple)
  await logInWith(third, issuer)
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ status: 500, body: 'out of order' })
  const cut = createWebLogin(options)
  const fourth = browserOf(cut)
  for (const [name, value] of third.cookies) fourth.cookies.set(name, value)
  assert.equal((await fourth.post('/auth/logout')).headers.get('location'), `${origin}/`)
  assert.equal(fourth.cookies.size, 0)
})

test('a login that the user denies, or that fails at the issuer, ends on a page that says so', async (t) => {
  const { web, issuer, errors } = await startWebLogin(t)
  const browser = browserOf(web)
  const rejected = new URL(await comeBack(browser, issuer), origin)
  rejected.searchParams.delete('code')
  rejected.searchParams.set('error', 'access_denied')
  const response = await browser.open(`${rejected.pathname}${rejected.search}`)
  assert.equal(response.status, 400)
  assert.match(await response.text(), /<h1>The login was cancelled<\/h1>/)
  assert.equal(errors[0]?.error, 'access_denied')
  assert.equal(browser.cookies.size, 0)

  const callback = await comeBack(browser, issuer)
  issuer.routes['/token'] = () => ({ status: 500, body: 'out of order' })
  const failed = await browser.open(callback)
  assert.equal(failed.status, 502)
  assert.match(await failed.text(), /<h1>The login failed<\/h1>.*<a href="\/auth\/login">Log in again<\/a>/s)
})

test('an issuer that cannot be reached leads to an error page, not to an exception', async (t) => {
  const { options, errors } = await startWebLogin(t)
  const web = createWebLogin({ ...options, issuer: 'http://127.0.0.1:1' })
  assert.equal((await browserOf(web).open('/auth/login')).status, 502)
  assert.equal(errors[0]?.code, 'network_error')
})

test('the routes are beside the redirect URI, have one method each, and leave all other paths to the app', async (t) => {
  const { options } = await startWebLogin(t)
  const web = createWebLogin({ ...options, redirectUri: `${origin}/callback` })
  const ask = (path: string, method = 'GET') => web.handle(new Request(`${origin}${path}`, { method }))
  assert.equal((await ask('/login'))?.status, 303)
  assert.equal((await ask('/login', 'POST'))?.headers.get('allow'), 'GET')
  assert.equal((await ask('/logout'))?.headers.get('allow'), 'POST')
  for (const path of ['/', '/auth/login', '/login/', '/loginx', '/constructor', '/__proto__']) {
    assert.equal(await ask(path), undefined)
  }
})

test('a new cookie secret in front of the old one keeps everybody logged in', async (t) => {
  const { web, issuer, options } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const next = 'the next secret of the tests, and of nothing else'
  const rotated = createWebLogin({ ...options, cookieSecret: [next, String(options.cookieSecret)] })
  assert.ok(await sessionOf(rotated, browser))
  await logInWith(browser, issuer)
  const rotatedBrowser = browserOf(rotated)
  await logInWith(rotatedBrowser, issuer)
  const without = createWebLogin({ ...options, cookieSecret: next })
  assert.ok(await sessionOf(without, rotatedBrowser))
  assert.equal(await sessionOf(without, browser), undefined)
})

function requestOf({ cookies }: { readonly cookies: ReadonlyMap<string, string> }): Request {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return new Request(`${origin}/`, { headers: { cookie, accept: 'text/html' } })
}

test('failures are written to the console, with their codes and without secrets, unless onError takes them', async (t) => {
  const log = t.mock.method(console, 'error', () => {})
  const { issuer, options, errors } = await startWebLogin(t)
  const { onError: _left, ...others } = options
  issuer.routes['/token'] = () => ({
    status: 401,
    body: { error: 'invalid_client', error_description: 'client-secret' },
  })
  const rejected = browserOf(createWebLogin(others))
  await rejected.open(await comeBack(rejected, issuer))
  assert.equal(
    (await browserOf(createWebLogin(others)).open('/auth/callback?state=secret-state&code=secret-code')).status,
    400,
  )
  const quiet = browserOf(createWebLogin(options))
  await quiet.open(await comeBack(quiet, issuer))
  const lines = log.mock.calls.map(({ arguments: [line] }) => String(line))
  assert.match(
    lines[0] ?? '',
    /^@countersign\/client: .* responds with invalid_client; check clientId and clientSecret \(request_rejected\)$/,
  )
  assert.match(lines[1] ?? '', /^@countersign\/client: This browser has not begun this login.* \(state_mismatch\)$/)
  assert.equal(lines.length, 2)
  assert.doesNotMatch(lines.join(), /client-secret|secret-state|secret-code/)
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['request_rejected'],
  )
})
