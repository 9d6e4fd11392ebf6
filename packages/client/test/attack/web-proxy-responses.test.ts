/** What the API behind the proxy of a web app can do to the app with its responses: cookies, pages, scripts, redirects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromScript, startProxy } from '../support/web-proxies.ts'

test('a response of the API sets no cookie, is not cached, and cannot act as a page of the app', async (t) => {
  const { browser } = await startProxy(t, (_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'set-cookie': ['__Host-web-login=planted; Path=/; Secure', 'other=1'],
      'clear-site-data': '"cookies"',
      'strict-transport-security': 'max-age=0',
      'service-worker-allowed': '/',
      'access-control-allow-origin': '*',
      'accept-ch': 'Sec-CH-UA-Model',
      'content-security-policy': 'script-src *',
      'content-security-policy-report-only': "default-src 'none'; report-uri https://evil.example",
      link: '<https://evil.example>; rel=preconnect',
      'origin-agent-cluster': '?0',
      'permissions-policy': 'geolocation=*',
      'speculation-rules': '"/rules"',
      'www-authenticate': 'Basic realm="Your password has expired"',
      'x-accel-redirect': '/internal/secret',
      'x-sendfile': '/etc/passwd',
      'cache-control': 'public, max-age=600',
      refresh: '0; url=https://evil.example',
      connection: 'x-drop',
      'x-drop': '1',
      etag: '"a"',
      'x-total': '3',
      'x-request-id': 'r1',
    })
    response.end('<script>alert(1)</script>')
  })
  const session = browser.cookies.get('__Host-web-login')
  const { headers } = await browser.open('/api/page', { headers: fromScript })
  assert.deepEqual(Object.fromEntries(headers), {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'content-type': 'text/html',
    date: headers.get('date'),
    etag: '"a"',
    'x-content-type-options': 'nosniff',
    'x-request-id': 'r1',
  })
  assert.equal(browser.cookies.get('__Host-web-login'), session)
})

test('no response of the API becomes a script or a service worker of the app', async (t) => {
  const { api, browser } = await startProxy(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end('self.onfetch = 1')
  })
  const destinations = ['serviceworker', 'sharedworker', 'worker', 'audioworklet', 'paintworklet', 'script', 'xslt']
  for (const destination of destinations) {
    const headers = { ...fromScript, 'sec-fetch-dest': destination }
    assert.equal((await browser.open('/api/up.js', { headers })).status, 403, destination)
  }
  assert.equal(
    (await browser.open('/api/up.js', { headers: { ...fromScript, 'service-worker': 'script' } })).status,
    403,
  )
  assert.equal(api.requests.length, 0)
  for (const destination of ['empty', 'image', 'document']) {
    const headers = { ...fromScript, 'sec-fetch-dest': destination }
    assert.equal((await browser.open('/api/up.js', { headers })).status, 200, destination)
  }
})

test('a redirect within the API stays under the prefix, and one out of it is not forwarded', async (t) => {
  let location = '/v1/items/'
  const { api, browser, errors } = await startProxy(t, (_request, response) =>
    response.writeHead(307, { location }).end(),
  )
  const open = () => browser.open('/api/items', { headers: fromScript })
  assert.equal((await open()).headers.get('location'), '/api/items/')
  location = `${api.url}/v1/items/?page=2`
  assert.equal((await open()).headers.get('location'), '/api/items/?page=2')
  const out = [
    `${api.url}/admin`,
    `${api.url}/v10`,
    'https://evil.example/v1/items',
    '//evil.example/v1',
    '/admin',
    '../..',
    'http://',
  ]
  for (location of out) {
    const response = await open()
    assert.equal(response.status, 502, location)
    assert.equal(response.headers.get('location'), null)
  }
  assert.equal(errors.length, out.length)
})

test('an API that does not respond is 502, without the cause', async (t) => {
  const { browser, errors } = await startProxy(t, (_request, response) => response.destroy())
  const response = await browser.open('/api/items', { headers: fromScript })
  assert.equal(response.status, 502)
  assert.deepEqual(JSON.parse(await response.text()), { error: 'api_unreachable', detail: 'The API does not respond' })
  assert.equal(errors[0]?.code, 'network_error')
})
