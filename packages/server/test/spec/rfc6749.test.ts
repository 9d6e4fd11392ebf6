/** RFC 6749, the OAuth 2.0 authorization framework: the token endpoint, the password and the client credentials grant. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { updateClient } from '../../src/clients/update-client.ts'
import { basicOf, clientSecret, givenClient } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer } from '../support/server.ts'

/** Shared by the tests that leave no state behind for other tests. */
const server = await startPasswordGrantServer({ after })

const login = { username: 'tim', password: 'tim1234' }

async function errorOf(response: Response): Promise<{ status: number; error: string }> {
  return { status: response.status, error: JSON.parse(await response.text()).error }
}

test('§2.3.1 client credentials in the request URI are ignored', async () => {
  const { post } = server
  const response = await post('/token?client_id=app&client_secret=s', login)
  assert.deepEqual(await errorOf(response), { status: 400, error: 'invalid_request' })
})

test('§2.3.1 client credentials are accepted from Basic, form-urlencoded, and from the body, as registered', async (t) => {
  const server = await startServer(t)
  const grantTypes = ['client_credentials']
  await givenClient(server, { id: 'basic', grantTypes })
  await givenClient(server, { id: 'post', grantTypes, authMethod: 'client_secret_post' })
  const form = { grant_type: 'client_credentials' }
  assert.equal((await server.post('/token', form, basicOf('basic'))).status, 200)
  const body = { ...form, client_id: 'post', client_secret: clientSecret }
  assert.equal((await server.post('/token', body)).status, 200)
})

for (const database of databaseKinds) {
  test(`${database}: §2.3.1 a client that named no method uses either, at every endpoint, until it names one`, async (t) => {
    const declared = {
      client_id: 'declared',
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
    } as const
    const server = await startServer(t, { database, clients: [declared] })
    await givenClient(server, { id: 'app', grantTypes: ['client_credentials'] })
    const statuses = async (id: string) => {
      const forms = [
        ['/token', { grant_type: 'client_credentials' }],
        ['/introspect', { token: 'unknown' }],
        ['/revoke', { token: 'unknown' }],
      ] as const
      return await Promise.all(
        forms.map(async ([path, form]) => [
          (await server.post(path, form, basicOf(id))).status,
          (await server.post(path, { ...form, client_id: id, client_secret: clientSecret })).status,
          (await server.post(path, { ...form, client_id: id })).status,
        ]),
      )
    }
    const either = [200, 200, 401]
    for (const id of ['app', 'declared']) assert.deepEqual(await statuses(id), [either, either, either], id)
    const change = async (method: string | null) =>
      await updateClient(server.server.context, 'app', { token_endpoint_auth_method: method })
    await change('client_secret_basic')
    assert.deepEqual(await statuses('app'), Array(3).fill([200, 401, 401]))
    await change('client_secret_post')
    assert.deepEqual(await statuses('app'), Array(3).fill([401, 200, 401]))
    await change(null)
    assert.deepEqual(await statuses('app'), [either, either, either])
  })

  test(`${database}: §2.3.1 a client that an earlier version registered keeps its method and its PKCE`, async (t) => {
    const server = await startServer(t, { database })
    // As it stands in the database: earlier versions wrote the default too.
    const former = { authMethod: 'client_secret_basic', requirePkce: true } as const
    await givenClient(server, { id: 'app', grantTypes: ['client_credentials'], ...former })
    const found = await server.server.context.store.clients.find('app')
    assert.deepEqual([found?.authMethod, found?.requirePkce], ['client_secret_basic', true])
    const form = { grant_type: 'client_credentials', client_id: 'app', client_secret: clientSecret }
    assert.equal((await server.post('/token', form)).status, 401)
  })
}

test('§3.2 a token request is a POST', async (t) => {
  const { get } = await startServer(t)
  const response = await get('/token')
  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'POST')
})

test('§3.2 a parameter without a value counts as omitted', async () => {
  const { post } = server
  const form = 'grant_type=&username=tim&password=tim1234&scope=&client_id=&client_secret='
  assert.equal((await post('/token', form)).status, 200)
  assert.deepEqual(await errorOf(await post('/token', 'username=&password=x')), {
    status: 400,
    error: 'invalid_request',
  })
})

test('§3.2 unrecognized parameters are ignored', async () => {
  const { post } = server
  assert.equal((await post('/token', { ...login, audience: 'x', nonce: 'y' })).status, 200)
})

test('§3.2 a parameter must not be included more than once', async () => {
  const { post } = server
  const response = await post('/token', 'username=tim&password=tim1234&scope=me&scope=me')
  assert.deepEqual(await errorOf(response), { status: 400, error: 'invalid_request' })
})

test('§3.3 an omitted scope means the default, and the response names the scope that was issued', async () => {
  const { post } = server
  assert.equal(JSON.parse(await (await post('/token', login)).text()).scope, 'me items')
})

for (const [requested, issued] of [
  ['items me', 'me items'],
  ['items', 'items'],
  ['me me', 'me'],
] as const) {
  test(`§3.3 the order of scopes does not matter: "${requested}" is issued as "${issued}"`, async () => {
    const { post } = server
    const body = JSON.parse(await (await post('/token', { ...login, scope: requested })).text())
    assert.equal(body.scope, issued)
    assert.equal(decodeJwt(body.access_token)['scope'], issued)
  })
}

test('§3.3 scopes are case-sensitive', async () => {
  const { post } = server
  const response = await post('/token', { ...login, scope: 'ME' })
  assert.deepEqual(await errorOf(response), { status: 400, error: 'invalid_scope' })
})

for (const name of ['username', 'password'] as const) {
  test(`§4.3.2 ${name} is required, and the error names it when it is missing`, async () => {
    const { post } = server
    const response = await post('/token', { ...login, grant_type: 'password', [name]: '' })
    const { error, error_description: description, detail } = JSON.parse(await response.text())
    assert.deepEqual([response.status, error], [400, 'invalid_request'])
    assert.equal(description, `${name} is required`)
    assert.equal(detail, description)
  })
}

test('§4.3.2 username and password are UTF-8', async (t) => {
  const { post, server } = await startPasswordGrantServer(t)
  const passwordHash = await server.context.passwords.hash('pässwörd€😀')
  await server.context.store.credentials.setPassword('tim', passwordHash)
  const form = 'username=tim&password=p%C3%A4ssw%C3%B6rd%E2%82%AC%F0%9F%98%80'
  assert.equal((await post('/token', form)).status, 200)
  assert.equal((await post('/token', 'username=tim&password=p%E4ssw%F6rd')).status, 400)
})

test('§4.3.2 a registered client may use the password grant, for the scopes that it has', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenClient(server, { id: 'app', grantTypes: ['password'], scopes: ['openid', 'me'] })
  const body = JSON.parse(await (await server.post('/token', login, basicOf('app'))).text())
  assert.equal(body.scope, 'me')
  assert.equal(decodeJwt(body.access_token)['client_id'], 'app')
  const beyond = await server.post('/token', { ...login, scope: 'me items' }, basicOf('app'))
  assert.deepEqual(await errorOf(beyond), { status: 400, error: 'invalid_scope' })
})

test('§4.4 a client gets an access token of its own, without a refresh token', async (t) => {
  const server = await startServer(t)
  await givenClient(server, { id: 'robot', grantTypes: ['client_credentials'], scopes: ['items'] })
  const response = await server.post('/token', { grant_type: 'client_credentials' }, basicOf('robot'))
  const body = JSON.parse(await response.text())
  assert.deepEqual(Object.keys(body), ['access_token', 'token_type', 'expires_in', 'scope'])
  assert.equal(body.scope, 'items')
  const claims = decodeJwt(body.access_token)
  assert.deepEqual([claims.sub, claims['client_id'], claims['scope']], ['robot', 'robot', 'items'])
  assert.equal(response.headers.get('cache-control'), 'no-store')
})

for (const scope of ['openid', 'profile', 'items openid', 'offline_access', 'me', 'admin']) {
  test(`§4.4.2 K12 a client acting for itself does not get the scope "${scope}"`, async (t) => {
    const server = await startServer(t)
    const scopes = ['openid', 'profile', 'offline_access', 'items']
    await givenClient(server, { id: 'robot', grantTypes: ['client_credentials'], scopes })
    const form = { grant_type: 'client_credentials', scope }
    const response = await server.post('/token', form, basicOf('robot'))
    assert.deepEqual(await errorOf(response), { status: 400, error: 'invalid_scope' })
  })
}

test('§4.4 K12 a public client does not get a token of its own', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenClient(server, { id: 'spa', authMethod: 'none', grantTypes: ['password'] })
  const response = await server.post('/token', { grant_type: 'client_credentials', client_id: 'spa' })
  assert.deepEqual(await errorOf(response), { status: 400, error: 'unauthorized_client' })
})

test("§4.4 the token is signed with the client's algorithm", async (t) => {
  const server = await startServer(t)
  const grantTypes = ['client_credentials']
  await givenClient(server, { id: 'robot', grantTypes, accessTokenAlgorithm: 'RS256' })
  const response = await server.post('/token', { grant_type: 'client_credentials' }, basicOf('robot'))
  assert.equal(decodeProtectedHeader(JSON.parse(await response.text()).access_token).alg, 'RS256')
})

test('§5.1 a token is returned with its type, its lifetime and its scope', async (t) => {
  const { post, clock } = await startPasswordGrantServer(t, { accessTokenExpireMinutes: 7 })
  const response = await post('/token', login)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  const body = JSON.parse(await response.text())
  assert.deepEqual(Object.keys(body), ['access_token', 'token_type', 'expires_in', 'scope'])
  assert.equal(body.token_type.toLowerCase(), 'bearer')
  assert.equal(body.expires_in, 7 * 60)
  assert.equal(decodeJwt(body.access_token).exp, clock.now + 7 * 60)
})

test('§5.1 a response with a token has Cache-Control: no-store and Pragma: no-cache', async (t) => {
  const { post } = await startPasswordGrantServer(t)
  const { headers } = await post('/token', login)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('pragma'), 'no-cache')
})

const failures: readonly (readonly [error: string, status: number, form: Record<string, string>])[] = [
  ['invalid_request', 400, { username: 'tim' }],
  ['invalid_client', 401, { ...login, client_id: 'nobody' }],
  // The tutorial's status, which compat/README.md documents; §5.2 would have 400.
  ['invalid_grant', 401, { ...login, password: 'wrong' }],
  ['unsupported_grant_type', 400, { ...login, grant_type: 'urn:example:unknown' }],
  ['invalid_scope', 400, { ...login, scope: 'unknown' }],
]

for (const [error, status, form] of failures) {
  test(`§5.2 ${error} is ${status} with error and error_description`, async (t) => {
    const { post } = await startPasswordGrantServer(t)
    const response = await post('/token', form)
    const body = JSON.parse(await response.text())
    assert.equal(response.status, status)
    assert.equal(body.error, error)
    assert.match(body.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.equal(response.headers.get('cache-control'), 'no-store')
  })
}

test('§5.2 a client that tried to authenticate by the Authorization header gets a challenge of that scheme', async () => {
  const { post } = server
  const response = await post('/token', login, { authorization: `Basic ${btoa('app:s')}` })
  assert.equal(response.status, 401)
  assert.match(response.headers.get('www-authenticate') ?? '', /^Basic realm="[^"]+"$/)
})

test('§5.2 a grant type that the client is not registered for is unauthorized_client', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenClient(server, { id: 'app', grantTypes: ['client_credentials'] })
  const response = await server.post('/token', { ...login, grant_type: 'password' }, basicOf('app'))
  assert.deepEqual(await errorOf(response), { status: 400, error: 'unauthorized_client' })
})

test('§10.10 no two tokens are the same, even within one second', async (t) => {
  const server = await startServer(t)
  await givenClient(server, { id: 'robot', grantTypes: ['client_credentials'] })
  const token = async () => {
    const response = await server.post('/token', { grant_type: 'client_credentials' }, basicOf('robot'))
    return JSON.parse(await response.text()).access_token
  }
  assert.notEqual(await token(), await token())
})
