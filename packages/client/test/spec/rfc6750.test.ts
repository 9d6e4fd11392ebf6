/** RFC 6750: Bearer Token Usage, as `client.fetch` does it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Client, createClient } from '../../src/client.ts'
import type { ClientOptions } from '../../src/options/client-options.ts'
import { startIssuer, type TestIssuer, tokenResponse } from '../support/issuer.ts'
import { clientOptions } from '../support/logins.ts'

interface Setting {
  readonly issuer: TestIssuer
  readonly api: TestIssuer
  readonly client: Client
}

/** Logged in. The API accepts only access-2, the token of the first renewal. */
async function logged(
  t: TestContext,
  options: (api: TestIssuer) => Partial<ClientOptions> = ({ url }) => ({ apis: url }),
) {
  const issuer = await startIssuer(t)
  const api = await startIssuer(t, {
    '/items': ({ headers, form, method }) =>
      headers.authorization === 'Bearer access-2'
        ? { body: { method, form: Object.fromEntries(form), custom: headers['x-custom'] } }
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="x", error="invalid_token"' }, body: {} },
  })
  const client = createClient(clientOptions(issuer, options(api)))
  issuer.routes['/token'] = () => ({ body: tokenResponse({ refresh_token: 'refresh-1' }) })
  await client.password({ username: 'tim', password: 'x' })
  issuer.routes['/token'] = () => ({ body: tokenResponse({ access_token: 'access-2' }) })
  return { issuer, api, client } satisfies Setting
}

test('§2.1 the token is in the Authorization header, and nowhere else', async (t) => {
  const { api, client } = await logged(t)
  await client.refresh()
  const response = await client.fetch(`${api.url}/items`, { headers: { 'x-custom': 'yes' } })
  assert.deepEqual(await response.json(), { method: 'GET', form: {}, custom: 'yes' })
  assert.equal(api.requests.length, 1)
  assert.equal(api.requests[0]?.path, '/items')
})

test('§3.1 after invalid_token it is renewed once, and the request is sent again', async (t) => {
  const { issuer, api, client } = await logged(t)
  const body = new URLSearchParams({ title: 'New' })
  const response = await client.fetch(new URL(`${api.url}/items`), { method: 'POST', body })
  assert.deepEqual(await response.json(), { method: 'POST', form: { title: 'New' } })
  assert.equal(issuer.posted('/token').length, 2)
})

test('§3.1 50 rejected requests at the same time renew once', async (t) => {
  const { issuer, api, client } = await logged(t)
  const responses = await Promise.all(Array.from({ length: 50 }, () => client.fetch(`${api.url}/items`)))
  assert.ok(responses.every(({ status }) => status === 200))
  assert.equal(issuer.posted('/token').length, 2)
})

test('§3.1 when the token is rejected again, that response is returned', async (t) => {
  const { issuer, api, client } = await logged(t)
  issuer.routes['/token'] = () => ({ body: tokenResponse({ access_token: 'access-3' }) })
  assert.equal((await client.fetch(`${api.url}/items`)).status, 401)
  assert.equal(api.requests.length, 2)
})

test('§3.1 a request whose body is a stream is not sent again', async (t) => {
  const { issuer, api, client } = await logged(t)
  const stream = new Blob(['title=New']).stream()
  const responses = [
    await client.fetch(`${api.url}/items`, { method: 'POST', body: stream, ...{ duplex: 'half' } }),
    await client.fetch(new Request(`${api.url}/items`, { method: 'POST', body: 'title=New' })),
  ]
  assert.deepEqual(
    responses.map(({ status }) => status),
    [401, 401],
  )
  assert.equal(issuer.posted('/token').length, 1)
  assert.equal((await client.fetch(new Request(`${api.url}/items`))).status, 200)
})

test('§3 a rejection without an error code counts as invalid_token, as the tutorial responds', async (t) => {
  for (const challenge of ['Bearer', 'Bearer realm="items"']) {
    const { api, client } = await logged(t)
    const item = api.routes['/items']
    api.routes['/items'] = async (received, self) => {
      const result = (await item?.(received, self)) ?? {}
      return result.status === 401 ? { ...result, headers: { 'www-authenticate': challenge } } : result
    }
    assert.equal((await client.fetch(`${api.url}/items`)).status, 200)
  }
})

test('§3.1 insufficient_scope and other rejections are returned as they are', async (t) => {
  const { issuer, api, client } = await logged(t)
  const rejections = [
    { status: 403, headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="admin"' } },
    { status: 401, headers: { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' } },
    { status: 400 },
    { status: 500 },
  ]
  for (const planned of rejections) {
    api.routes['/items'] = () => planned
    const response = await client.fetch(`${api.url}/items`)
    assert.equal(response.status, planned.status)
    assert.equal(response.headers.get('www-authenticate'), planned.headers?.['www-authenticate'] ?? null)
  }
  assert.equal(issuer.posted('/token').length, 1)
})

test('§5.3 the token is sent only to the APIs it is for', async (t) => {
  const { api, client } = await logged(t, ({ url }) => ({ apis: [`${url}/v1/`, `${url}/items`] }))
  const { port } = new URL(api.url)
  const elsewhere = [
    `${api.url}/`,
    `${api.url}/v1x`,
    `${api.url}/v1/../admin`,
    `${api.url}/v1/%2e%2e/admin`,
    `${api.url}/itemsx`,
    `${api.url}\\..\\admin`,
    `http://localhost:${port}/items`,
    `https://127.0.0.1:${port}/items`,
    `http://127.0.0.1@evil.example/items`,
    'http://evil.example/items',
    'data:text/plain,x',
    'blob:null/x',
  ]
  for (const url of elsewhere) await assert.rejects(client.fetch(url), { code: 'api_not_allowed' }, url)
  await assert.rejects(client.fetch(new Request(`${api.url}/admin`)), { code: 'api_not_allowed' })
  assert.equal(api.requests.length, 0)
  await client.fetch(`${api.url}/items/7?x=1`)
  await client.fetch(`${api.url}/v1`)
  assert.ok(api.requests.length > 0)
})

test('§5.3 a segment of two dots in the path is found, however it is written', async (t) => {
  const { api, client } = await logged(t, ({ url }) => ({ apis: `${url}/v1` }))
  const hidden = [
    '/v1/..%2fadmin',
    '/v1/..%5Cadmin',
    '/v1/%2e%2E%2fadmin',
    '/v1/x%2f..%2f..%2fadmin',
    '/v1/..;/admin',
    '/v1/%252e%252e%252fadmin',
    '/v1/x%2f..',
  ]
  for (const path of hidden) await assert.rejects(client.fetch(`${api.url}${path}`), { code: 'api_not_allowed' }, path)
  const withPassword = `${api.url.replace('//', '//user:password@')}/v1/x`
  await assert.rejects(client.fetch(withPassword), { code: 'api_not_allowed', message: /^(?!.*password)/ })
  assert.equal(api.requests.length, 0)
  for (const path of ['/v1/projects/group%2Fname', '/v1/compare/main...next', '/v1/a..b%2f', '/v1/..x']) {
    assert.equal((await client.fetch(`${api.url}${path}`)).status, 404, path)
  }
})

test('§5.3 a redirect of an API with a path is rejected: it could lead out of the API, with the token', async (t) => {
  const { api, client } = await logged(t, ({ url }) => ({ apis: `${url}/v1` }))
  for (const status of [301, 302, 303, 307, 308]) {
    api.routes['/v1/go'] = () => ({ status, headers: { location: '/collect' } })
    const message = `${api.url}/v1/go redirects: use the final URL`
    await assert.rejects(client.fetch(`${api.url}/v1/go`), { code: 'redirect_rejected', status, message })
    await assert.rejects(client.fetch(new Request(`${api.url}/v1/go`)), { code: 'redirect_rejected' })
  }
  assert.ok(api.requests.every(({ path }) => path === '/v1/go'))

  api.routes['/v1/go'] = () => ({ status: 307, headers: { location: '/v1/there' } })
  assert.equal((await client.fetch(`${api.url}/v1/go`, { redirect: 'manual' })).status, 307)
  assert.equal((await client.fetch(`${api.url}/v1/go`, { redirect: 'follow' })).status, 404)
  api.routes['/v1/go'] = () => ({ status: 304 })
  assert.equal((await client.fetch(`${api.url}/v1/go`)).status, 304)
})

test('§5.3 a redirect of an API that is a whole origin is followed, as for a slash', async (t) => {
  const { api, client } = await logged(t)
  api.routes['/go'] = () => ({ status: 307, headers: { location: '/go/' } })
  api.routes['/go/'] = ({ headers }) => ({ body: { token: headers.authorization } })
  assert.deepEqual(await (await client.fetch(`${api.url}/go`)).json(), { token: 'Bearer access-1' })
})

test('§5.3 without apis and resources the token is sent only to the issuer’s origin', async (t) => {
  const { issuer, api, client } = await logged(t, () => ({}))
  issuer.routes['/users/me'] = ({ headers }) => ({ body: { authorization: headers.authorization } })
  const response = await client.fetch(`${issuer.url}/users/me`)
  assert.deepEqual(await response.json(), { authorization: 'Bearer access-1' })
  await assert.rejects(client.fetch(`${api.url}/items`), {
    code: 'api_not_allowed',
    message: /add it to the option apis/,
  })
})

test('§5.3 a redirect of the API to another origin does not carry the token', async (t) => {
  const { api, client } = await logged(t)
  const elsewhere = await startIssuer(t, {
    '/trap': ({ headers }) => ({ body: { token: headers.authorization ?? 'none' } }),
  })
  api.routes['/items'] = () => ({ status: 307, headers: { location: `${elsewhere.url}/trap` } })
  const response = await client.fetch(`${api.url}/items`)
  assert.deepEqual(await response.json(), { token: 'none' })
})

test('§2.1 a request without tokens is not sent', async (t) => {
  const { api, client } = await logged(t)
  await client.logout()
  await assert.rejects(client.fetch(`${api.url}/items`), { code: 'login_required' })
  assert.equal(api.requests.length, 0)
})
