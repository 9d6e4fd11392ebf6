/** RFC 8414, authorization server metadata: /.well-known/oauth-authorization-server. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { grantsOf } from '../../src/grants/index.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after })

const wellKnown = '/.well-known/oauth-authorization-server'

async function metadataOf({ get }: TestServer, path = wellKnown): Promise<Record<string, unknown>> {
  const response = await get(path)
  assert.equal(response.status, 200)
  return JSON.parse(await response.text())
}

/** Its endpoints, by name. */
function endpointsOf(metadata: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(metadata)
    .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
    .map(([name, url]) => [name, String(url)])
}

test('§2 the document has the required members, and their values are those of this server', async (t) => {
  const server = await startServer(t, { issuer: 'https://login.example.com' })
  const metadata = await metadataOf(server)
  assert.equal(metadata['issuer'], 'https://login.example.com')
  assert.deepEqual(metadata['response_types_supported'], ['code'])
  assert.deepEqual(metadata['response_modes_supported'], ['query', 'form_post'])
  assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256'])
  assert.deepEqual(metadata['grant_types_supported'], [...grantsOf(server.server.context.config).keys()])
  const names = endpointsOf(metadata).map(([name]) => name)
  for (const name of ['authorization', 'token', 'revocation', 'introspection', 'userinfo', 'end_session']) {
    assert.ok(names.includes(`${name}_endpoint`), name)
  }
})

test('§2 the issuer is an https URL without query and fragment, or the server does not start', async (t) => {
  for (const issuer of [
    'http://login.example.com',
    'https://login.example.com?a',
    'https://login.example.com#a',
    'login',
  ]) {
    await assert.rejects(startServer(t, { issuer }), /issuer must/)
  }
})

test('§2 introspection requires authentication, tokens and revocation are also for public clients', async () => {
  const metadata = await metadataOf(server)
  const confidential = ['client_secret_basic', 'client_secret_post']
  assert.deepEqual(metadata['introspection_endpoint_auth_methods_supported'], confidential)
  assert.deepEqual(metadata['token_endpoint_auth_methods_supported'], ['none', ...confidential])
  assert.deepEqual(metadata['revocation_endpoint_auth_methods_supported'], ['none', ...confidential])
})

test('§3.1 an issuer with a path has its document after the well-known part', async (t) => {
  const server = await startServer(t, { issuer: 'https://login.example.com/tenant' })
  const metadata = await metadataOf(server, `${wellKnown}/tenant`)
  assert.equal(metadata['issuer'], 'https://login.example.com/tenant')
  assert.equal((await server.get(`${wellKnown}/other`)).status, 404)
})

test('§3.1 the document is requested with GET', async () => {
  const { post } = server
  const response = await post(wellKnown, {})
  assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'])
})

test('§3.2 K10 it is JSON, which any origin may read and cache for a while', async () => {
  const { headers } = await server.get(wellKnown)
  assert.equal(headers.get('content-type'), 'application/json')
  assert.equal(headers.get('cache-control'), 'public, max-age=300')
  assert.equal(headers.get('access-control-allow-origin'), '*')
})

test('§3.2 members without a value are omitted', async (t) => {
  const members = Object.entries(await metadataOf(await startServer(t, { scopes: {} })))
  assert.ok(members.length > 10)
  for (const [name, value] of members) {
    assert.notEqual(value, null, name)
    if (Array.isArray(value)) assert.ok(value.length > 0, name)
  }
})

for (const issuer of ['https://login.example.com', 'https://login.example.com/', 'https://login.example.com/tenant']) {
  test(`§3.3 K10 the issuer is exactly the configured one: ${issuer}`, async (t) => {
    const server = await startServer(t, { issuer })
    const metadata = await metadataOf(server)
    assert.equal(metadata['issuer'], issuer)
    assert.ok(endpointsOf(metadata).length > 5)
    for (const [name, url] of endpointsOf(metadata)) {
      assert.ok(url.startsWith(`${issuer.replace(/\/$/, '')}/`) && !url.slice(8).includes('//'), `${name} is ${url}`)
    }
  })
}

test('K10 neither Host nor proxy headers change a URL in the document', async (t) => {
  const server = await startServer(t, { issuer: 'https://login.example.com', trustedProxies: ['127.0.0.1'] })
  const expected = await metadataOf(server)
  const forwarded = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' }
  const response = await server.server.fetch(new Request(`http://evil.example${wellKnown}`, { headers: forwarded }))
  assert.deepEqual(JSON.parse(await response.text()), expected)
})

test('K10 every endpoint of the document is served', async () => {
  const endpoints = endpointsOf(await metadataOf(server))
  assert.ok(endpoints.length > 5)
  for (const [name, url] of endpoints) {
    const path = new URL(url).pathname
    const statuses = [(await server.get(path)).status, (await server.post(path, {})).status]
    assert.ok(!statuses.includes(404) && statuses.some((status) => status !== 405), `${name}: ${statuses}`)
  }
})

test('K10 the password grant is advertised only where it is served', async (t) => {
  const off = await metadataOf(await startServer(t, { passwordGrant: 'off' }))
  const on = await metadataOf(await startServer(t, { passwordGrant: 'first-party' }))
  const served = ['authorization_code', 'refresh_token', 'client_credentials']
  assert.deepEqual(off['grant_types_supported'], served)
  assert.deepEqual(on['grant_types_supported'], [...served, 'password'])
})

for (const algorithm of ['ES256', 'HS256'] as const) {
  test(`K10 under ${algorithm} the keys that the document points to have no private and no symmetric key material`, async (t) => {
    const server = await startServer(t, { algorithm })
    const { pathname } = new URL(String((await metadataOf(server))['jwks_uri']))
    const { keys } = JSON.parse(await (await server.get(pathname)).text())
    assert.ok(keys.length > 0)
    for (const key of keys) {
      assert.notEqual(key.kty, 'oct')
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) assert.equal(member in key, false)
    }
  })
}
