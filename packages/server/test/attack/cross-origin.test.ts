/** Which origins' scripts may call the token endpoint: Q10 of the security cases (the CORS protocol of the Fetch standard). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenClient } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { openPort, startServer, type TestServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const app = 'https://app.example.com'
const spa = { id: 'spa', authMethod: 'none', grantTypes: ['password'], redirectUris: [`${app}/cb`] } as const
const login = { username: 'tim', password: 'tim1234' }
const foreign = [
  'https://evil.example',
  'null',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com.evil.example',
  'https://evil.example/https://app.example.com',
  'https://app.example.com/',
  'com.example.app://',
]

function preflight(
  { server }: TestServer,
  path: string,
  origin: string,
  requested = 'authorization,content-type',
): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': requested,
  }
  return server.fetch(new Request(`http://127.0.0.1:8000${path}`, { method: 'OPTIONS', headers }))
}

function sharing({ headers }: Response): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary')
}

for (const database of databaseKinds) {
  test(`Q10 ${database}: a client's script can read the responses of the token endpoint, rejections too`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    await givenClient(server, spa)
    const responses = [
      await server.post('/token', { ...login, client_id: 'spa' }, { origin: app }),
      await server.post('/token', { ...login, client_id: 'nobody' }, { origin: app }),
      await server.post('/token', '', { origin: app }),
    ]
    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 401, 400],
    )
    for (const response of responses) {
      assert.deepEqual(sharing(response), [
        ['access-control-allow-origin', app],
        ['access-control-expose-headers', 'x-request-id, www-authenticate, retry-after, date'],
        ['vary', 'origin'],
      ])
    }
  })

  test(`Q10 ${database}: a preflight of a client's script is accepted, without cookies`, async (t) => {
    const server = await startServer(t, { database })
    await givenClient(server, spa)
    const response = await preflight(server, '/token', app)
    assert.equal(response.status, 204)
    assert.deepEqual(sharing(response), [
      ['access-control-allow-headers', 'authorization,content-type'],
      ['access-control-allow-methods', 'POST'],
      ['access-control-allow-origin', app],
      ['access-control-expose-headers', 'x-request-id, www-authenticate, retry-after, date'],
      ['access-control-max-age', '600'],
      ['vary', 'origin'],
    ])
    for (const path of ['/users/me', '/users/me/', '/userinfo', '/revoke']) {
      assert.equal((await preflight(server, path, app)).status, 204, path)
      assert.equal((await preflight(server, path, 'https://evil.example')).status, 405, path)
    }
  })
}

const publicPaths = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
  '/revocations',
]
const headerLists = ['mcp-protocol-version', 'x-requested-with, authorization', 'traceparent,tracestate,x-any-thing']

test('Q10 every origin may read public documents, with whatever headers its script sends', async (t) => {
  const server = await startServer(t)
  for (const path of publicPaths) {
    for (const requested of headerLists) {
      const response = await preflight(server, path, 'https://anybody.example', requested)
      assert.equal(response.status, 204, path)
      assert.equal(response.headers.get('access-control-allow-origin'), '*')
      assert.equal(response.headers.get('access-control-allow-headers'), requested)
      assert.equal(response.headers.get('access-control-allow-methods'), 'GET')
      assert.equal(response.headers.get('access-control-allow-credentials'), null)
    }
  }
})

test("Q10 a client's script may send the headers that it asks for, and nothing else is repeated", async (t) => {
  const server = await startServer(t)
  await givenClient(server, spa)
  for (const requested of headerLists) {
    const response = await preflight(server, '/token', app, requested)
    assert.equal(response.headers.get('access-control-allow-headers'), requested)
  }
  for (const requested of ['*/*', 'a b', 'x-a;q=1', ',', '', 'x'.repeat(1001)]) {
    const response = await preflight(server, '/token', app, requested)
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-headers'), 'authorization, content-type')
  }
})

test('Q10 why names the origin that is not registered', async (t) => {
  const server = await startServer(t)
  const stepsOf = async ({ headers }: Response) => {
    const { traces, store } = server.server.context
    await traces.flush()
    const trace = await store.traces.find(headers.get('x-request-id') ?? '')
    return trace?.steps.map(({ name, facts }) => [name, facts])
  }
  const origin = 'https://app.example.com:8443'
  assert.deepEqual(await stepsOf(await preflight(server, '/token', origin)), [
    [
      'reject',
      { reason: 'origin_not_registered', expected: "the origin of a client's redirect URI", received: origin },
    ],
  ])
  const [first] = (await stepsOf(await server.post('/token', login, { origin }))) ?? []
  // A form needs no preflight.
  assert.deepEqual(first, ['check_origin', { is_registered: false, origin }])
  const [redacted] = (await stepsOf(await server.post('/token', login, { origin: 'https://rt_secret' }))) ?? []
  assert.deepEqual(redacted, ['check_origin', { is_registered: false, origin: 'https://***' }])
})

test("Q10 under dev, a client's script can read the items of its user, and a script of another origin cannot", async (t) => {
  const server = await startTutorialServer(t)
  await givenClient(server, spa)
  const authorization = `Bearer ${await server.accessToken()}`
  const response = await server.get('/users/me/items', { authorization, origin: app })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('access-control-allow-origin'), app)
  assert.equal((await preflight(server, '/users/me/items', app)).status, 204)
  assert.equal((await preflight(server, '/users/me/items', 'https://evil.example')).status, 405)
})

test('Q10 no other origin is accepted', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenClient(server, spa)
  await givenClient(server, {
    ...spa,
    id: 'native',
    applicationType: 'native',
    redirectUris: ['http://127.0.0.1:9/cb', 'com.example.app://cb'],
  })
  for (const origin of [...foreign, 'http://127.0.0.1:9']) {
    assert.deepEqual(sharing(await server.post('/token', login, { origin })), [], origin)
    const response = await preflight(server, '/token', origin)
    assert.equal(response.status, 405, origin)
    assert.deepEqual(sharing(response), [], origin)
  }
})

test('Q10 the origin of a declared client is accepted, the origin of a disabled client is not', async (t) => {
  const server = await startServer(t, {
    clients: [{ client_id: 'app', token_endpoint_auth_method: 'none', redirect_uris: ['http://localhost:5173/cb'] }],
  })
  await givenClient(server, { ...spa, isDisabled: true })
  assert.equal((await preflight(server, '/token', 'http://localhost:5173')).status, 204)
  assert.equal((await preflight(server, '/token', 'http://localhost:5174')).status, 405)
  assert.equal((await preflight(server, '/token', app)).status, 405)
})

test('Q10 on the wire, the response to a preflight has no content and no length (RFC 9110 §8.6)', async (t) => {
  const server = await startServer(t)
  await givenClient(server, spa)
  const { origin } = await openPort(t, server)
  const response = await fetch(`${origin}/token`, { method: 'OPTIONS', headers: { origin: app } })
  assert.equal(response.status, 204)
  assert.equal(response.headers.get('content-length'), null)
  assert.equal(await response.text(), '')
})
