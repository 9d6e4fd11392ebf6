/** What scripts of other origins can read, what the pages allow, and what an internal error reveals: Q10, Q13, Q16 of the security cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const origins = ['https://evil.example', 'null', 'http://127.0.0.1:8001', 'http://127.0.0.1:8000.evil.example']
const closedPaths = [
  '/',
  '/users/me',
  '/users/me/items',
  '/docs',
  '/openapi.json',
  '/_trace',
  '/healthz',
  '/readyz',
  '/nowhere',
]

for (const origin of origins) {
  test(`Q10 a script of ${origin} can read the public keys and nothing else`, async (t) => {
    const { get, post, accessToken } = await startTutorialServer(t)
    const authorization = `Bearer ${await accessToken()}`
    const responses = [
      await post('/token', { username: 'tim', password: 'tim1234' }, { origin }),
      await post('/token', '', { origin }),
      ...(await Promise.all(closedPaths.map((path) => get(path, { origin, authorization })))),
    ]
    for (const { headers } of responses) {
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.startsWith('access-control-')),
        [],
      )
    }
    const keys = await get('/.well-known/jwks.json', { origin })
    assert.equal(keys.headers.get('access-control-allow-origin'), '*')
    assert.equal(keys.headers.get('access-control-allow-credentials'), null)
  })
}

test('Q10 no response to a preflight of a stranger allows anything but what is public', async (t) => {
  const { server } = await startServer(t)
  for (const path of ['/token', '/users/me', '/introspect', '/authorize', '/login', '/docs']) {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    }
    const response = await server.fetch(new Request(`http://127.0.0.1:8000${path}`, { method: 'OPTIONS', headers }))
    assert.equal(response.status, 405)
    assert.equal(response.headers.get('access-control-allow-origin'), null)
  }
})

for (const path of ['/docs', '/_trace']) {
  test(`Q13 ${path} runs only its own scripts and cannot be framed`, async (t) => {
    const { get } = await startTutorialServer(t)
    const policy = (await get(path)).headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /script-src 'self'(;|$)/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  })
}

test('Q13 the live trace shows a requested path as text', async (t) => {
  const { get } = await startTutorialServer(t)
  await get('/<script>alert(1)</script>')
  await get("/'%22><img/src=x/onerror=alert(1)>")
  const page = await (await get('/_trace')).text()
  assert.ok(page.includes('/%3Cscript') || page.includes('&lt;script'))
  assert.doesNotMatch(page, /<script>|<img/)
})

test('Q13 outside of dev, neither the live trace nor the demo is served', async (t) => {
  const { get } = await startServer(t)
  for (const path of ['/_trace', '/_trace/events', '/_trace/trace.js', '/users/me/items']) {
    assert.equal((await get(path)).status, 404)
  }
})

for (const database of databaseKinds) {
  test(`Q16 ${database}: an internal error returns its request id, and no details`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    const token = await server.accessToken()
    await query(server.databaseUrl, 'alter table subjects rename column is_disabled to elsewhere')
    const responses = [
      await server.post('/token', { username: 'tim', password: 'tim1234' }),
      await server.get('/users/me', { authorization: `Bearer ${token}` }),
    ]
    for (const response of responses) {
      assert.equal(response.status, 500)
      assert.equal(response.headers.get('content-type'), 'application/json')
      const { detail, error, error_description: description } = JSON.parse(await response.text())
      assert.deepEqual([detail, error, description], ['Internal Server Error', 'server_error', 'Internal Server Error'])
      const id = response.headers.get('x-request-id')
      const line = server.log.find((candidate) => candidate.facts['requestId'] === id)
      assert.equal(line?.level, 'error')
      assert.match(String(line.facts['err']), /is_disabled/)
    }
    for (const [, value] of responses.flatMap(({ headers }) => [...headers]))
      assert.doesNotMatch(value, /is_disabled|subjects|select|node/i)
  })
}

test('Q16 no response reveals the software of the server', async (t) => {
  const { get, post } = await startServer(t)
  for (const response of [await get('/healthz'), await get('/nowhere'), await get('/docs'), await post('/token', '')]) {
    for (const name of ['server', 'x-powered-by', 'via']) assert.equal(response.headers.get(name), null)
  }
})
