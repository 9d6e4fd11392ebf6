/** What an attacker can do to the proxy of a web app: with paths, headers and pages of another site; for the API see web-proxy-responses.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBrowser } from '../support/browser.ts'
import { logInWith, origin, startWebLogin } from '../support/web-logins.ts'
import { fromScript, startProxy } from '../support/web-proxies.ts'

/** Headers in which the app or a proxy speaks to the API. */
const planted: Readonly<Record<string, string>> = {
  'x-original-url': '/admin',
  'x-rewrite-url': '/admin',
  'x-http-method-override': 'DELETE',
  'x-method-override': 'DELETE',
  'true-client-ip': '10.0.0.1',
  'cf-connecting-ip': '10.0.0.1',
  'x-client-ip': '10.0.0.1',
  'x-real-ip': '10.0.0.1',
  'x-remote-user': 'admin',
  'remote-user': 'admin',
  'x-ssl-client-verify': 'SUCCESS',
  'x-amzn-oidc-identity': 'admin',
  'max-forwards': '0',
  via: '1.1 planted',
}

test('the API gets the token, and the browser gets the response without a token', async (t) => {
  const { api, browser } = await startProxy(t)
  const response = await browser.open('/api/items?tag=a&tag=b', { headers: fromScript })
  const text = await response.text()
  assert.equal(api.requests[0]?.headers.authorization, 'Bearer access-1')
  assert.equal(JSON.parse(text).url, '/v1/items?tag=a&tag=b')
  const post = await browser.post('/api/items', { headers: { 'content-type': 'text/plain' }, body: 'hello' })
  assert.equal(JSON.parse(await post.text()).body, 'hello')
})

test('without a login the browser gets 401 as JSON, and the API gets nothing', async (t) => {
  const { api, browser } = await startProxy(t)
  browser.cookies.clear()
  const response = await browser.open('/api/items', { headers: fromScript })
  assert.equal(response.status, 401)
  assert.equal(JSON.parse(await response.text()).error, 'login_required')
  assert.equal(api.requests.length, 0)
})

test('a page of another site cannot call the API with the cookie of a user', async (t) => {
  const { api, browser } = await startProxy(t)
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin, 'x-csrf': '1' },
    { 'sec-fetch-site': null, origin: 'https://evil.example' },
    { 'sec-fetch-site': null, origin: 'null' },
    { 'sec-fetch-site': null },
    { 'sec-fetch-site': 'none' },
  ]
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    for (const headers of foreign) assert.equal((await browser.post('/api/items', { method, headers })).status, 403)
  }
  for (const site of ['cross-site', 'same-site']) {
    assert.equal((await browser.open('/api/items', { headers: { 'sec-fetch-site': site } })).status, 403)
  }
  assert.equal(api.requests.length, 0)
  assert.equal((await browser.post('/api/items', { headers: { 'sec-fetch-site': null, origin } })).status, 200)
})

test('no path leads out of the API', async (t) => {
  const { api, browser } = await startProxy(t)
  const paths = [
    '/api/%2e%2e%2fadmin',
    '/api/..%2fadmin',
    '/api/a%2f..%2f..%2fadmin',
    '/api/%252e%252e%252fadmin',
    '/api/%25252e%25252e%25252fadmin',
    '/api/%25zz%252e%252e%252fadmin',
    '/api/a%25252fb',
    '/api/..%5cadmin',
    '/api/%5c%5cevil.example',
    '/api//evil.example',
    '/api/a//b',
    '/api/%2f%2fevil.example',
    '/api/a%2fb',
    '/api/..;/admin',
    '/api/%2e%2e;/admin',
    '/api/..%3fx',
    '/api/..%23x',
    '/api/%2e%2e%3fx',
    '/api/..%253fx',
    '/api/a%25253fb',
    '/api/a%2523b',
    '/api/..%20/admin',
    '/api/..%20',
    '/api/a%00',
    '/api/a%0d%0ahost:%20evil.example',
    '/api/%',
    '/api/%c0%ae%c0%ae/admin',
  ]
  for (const path of paths) assert.equal((await browser.open(path, { headers: fromScript })).status, 400, path)
  for (const path of ['/api/../admin', '/api/%2e%2e/admin', '/apix/items', '/API/items', '/api@evil.example/']) {
    assert.equal((await browser.open(path, { headers: fromScript })).status, 404, path)
  }
  assert.equal(api.requests.length, 0)
  for (const [path, url] of [
    ['/api', '/v1'],
    ['/api/', '/v1/'],
    ['/api/@evil.example/', '/v1/@evil.example/'],
    ['/api/%C3%A9t%C3%A9/a%20b', '/v1/%C3%A9t%C3%A9/a%20b'],
    ['/api/http:evil.example', '/v1/http:evil.example'],
    ['/api/100%25', '/v1/100%25'],
    ['/api/a?next=//evil.example/..', '/v1/a?next=//evil.example/..'],
  ] as const) {
    const response = await browser.open(path, { headers: fromScript })
    assert.equal(JSON.parse(await response.text()).url, url)
  }
})

test('the API sees no cookies, no headers about the browser and its connection, and no token but ours', async (t) => {
  const { api, browser } = await startProxy(t)
  await browser.open('/api/items', {
    headers: {
      ...fromScript,
      authorization: 'Bearer planted',
      'proxy-authorization': 'Basic planted',
      connection: 'keep-alive, x-drop',
      'x-drop': 'planted',
      te: 'trailers',
      upgrade: 'websocket',
      expect: '100-continue',
      forwarded: 'for=1.2.3.4',
      'x-forwarded-host': 'evil.example',
      referer: `${origin}/secret`,
      origin,
      'x-request-id': 'kept',
      'if-none-match': '"a"',
      ...planted,
    },
  })
  const { headers } = api.requests[0] ?? {}
  assert.equal(headers?.authorization, 'Bearer access-1')
  assert.equal(headers?.['x-request-id'], 'kept')
  assert.equal(headers?.['if-none-match'], '"a"')
  assert.equal(headers?.host, new URL(api.url).host)
  const dropped = [
    'cookie',
    'proxy-authorization',
    'x-drop',
    'te',
    'upgrade',
    'expect',
    'forwarded',
    'x-forwarded-host',
  ]
  for (const name of [...dropped, ...Object.keys(planted), 'referer', 'origin', 'sec-fetch-site'])
    assert.equal(headers?.[name], undefined, name)
})

test('headers that the app names are forwarded both ways, without those that the proxy controls', async (t) => {
  const { api, web, issuer } = await startProxy(t, (request, response) => {
    response.writeHead(200, { 'X-Total': '3', link: '</items?page=2>; rel=next' })
    response.end(JSON.stringify(request.headers))
  })
  const proxy = web.proxy({ prefix: '/api', to: `${api.url}/v1`, headers: ['X-Tenant', 'x-total', 'link'] })
  const browser = createBrowser(async (path, init) => {
    const request = new Request(`${origin}${path}`, init)
    return (await web.handle(request)) ?? (await proxy(request)) ?? new Response(null, { status: 404 })
  })
  await logInWith(browser, issuer)
  const response = await browser.open('/api/items', { headers: { ...fromScript, 'x-tenant': 'a', 'x-other': 'b' } })
  assert.equal(response.headers.get('x-total'), '3')
  assert.equal(response.headers.get('link'), '</items?page=2>; rel=next')
  assert.equal(api.requests[0]?.headers['x-tenant'], 'a')
  assert.equal(api.requests[0]?.headers['x-other'], undefined)
  for (const name of [
    'cookie',
    'Set-Cookie',
    'authorization',
    'host',
    'connection',
    'content-length',
    'a b',
    '',
    'é',
  ]) {
    const options = { prefix: '/api', to: `${api.url}/v1`, headers: [name] }
    assert.throws(() => web.proxy(options), { name: 'TypeError', message: /^headers is wrong: it must be a list/ })
  }
})

test('a proxy to an API that is not in the options, or with a wrong prefix, is rejected at once', async (t) => {
  const { web } = await startWebLogin(t, { apis: 'https://api.example/v1' })
  for (const to of [
    'https://evil.example',
    'https://api.example',
    'https://api.example/v10',
    'http://api.example/v1',
  ]) {
    assert.throws(() => web.proxy({ prefix: '/api', to }), { code: 'api_not_allowed' })
  }
  for (const to of ['/api', '', 'https://api.example/v1?a=b', 'https://api.example/v1#a']) {
    assert.throws(() => web.proxy({ prefix: '/api', to }), {
      name: 'TypeError',
      message: /^to is wrong: it must be a URL/,
    })
  }
  for (const prefix of ['', '/', '/api/', 'api', '//api', '/api?a']) {
    const options = { prefix, to: 'https://api.example/v1' }
    assert.throws(() => web.proxy(options), { name: 'TypeError', message: /^prefix is wrong: it must be a path/ })
  }
  const typo = { prefix: '/api', to: 'https://api.example/v1', header: ['x-total'] }
  assert.throws(() => web.proxy(typo), { name: 'TypeError', message: /^header is not an option of proxy/ })
})
