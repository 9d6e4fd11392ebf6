/** Client authentication at the token endpoint under attack: group B of the security cases (RFC 6749 §2.3). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { rejectionReasons, seenByClient } from '../support/accounts.ts'
import { basicOf, clientSecret, givenClient } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const login = { username: 'tim', password: 'tim1234' }
const assertion = {
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: 'eyJhbGciOiJub25lIn0.e30.',
}
/** For the tests whose requests leave nothing behind. */
const stateless = await alsoOverSocket({ after }, await startPasswordGrantServer({ after }))

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

const twice: readonly (readonly [title: string, form: Record<string, string>, authorization?: string])[] = [
  ['Basic and client_secret', { client_secret: 's' }, basic('app:s')],
  ['Basic and client_id with client_secret', { client_id: 'app', client_secret: 's' }, basic('app:s')],
  ['Basic and an assertion', assertion, basic('app:s')],
  ['client_secret and an assertion', { ...assertion, client_id: 'app', client_secret: 's' }],
  ['Basic, client_secret and an assertion', { ...assertion, client_secret: 's' }, basic('app:s')],
]

for (const [title, form, authorization] of twice) {
  test(`B1 ${title} in one request is invalid_request`, async () => {
    const { post } = stateless
    const response = await post('/token', { ...login, ...form }, authorization ? { authorization } : {})
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(await response.text()).error, 'invalid_request')
  })
}

const strangers: readonly (readonly [title: string, form: Record<string, string>, authorization?: string])[] = [
  ['B4 an unknown client_id', { client_id: 'nobody' }],
  ['B4 the name of our own software in tokens', { client_id: 'first-party' }],
  ['B4 an unknown client with a secret', { client_id: 'nobody', client_secret: 's' }],
  ['B4 an unknown client by Basic', {}, basic('nobody:s')],
  ['B5 an unknown client by Basic with an empty secret', {}, basic('first-party:')],
  ['B6 a made-up secret without a client_id', { client_secret: 's' }],
  ['B8 a Basic user beside another client_id', { client_id: 'other' }, basic('nobody:s')],
  ['B12 an unsigned assertion', assertion],
  ['B12 an assertion type without an assertion', { client_assertion_type: assertion.client_assertion_type }],
]

for (const [title, form, authorization] of strangers) {
  test(`${title} is invalid_client, the same as for any other, and checks no password`, async () => {
    const { post } = stateless
    const headers = authorization ? { authorization } : {}
    const response = await seenByClient(await post('/token', { ...login, ...form }, headers))
    assert.equal(response.status, 401)
    assert.deepEqual(response, await seenByClient(await post('/token', { ...login, client_id: 'nobody' })))
    assert.deepEqual(
      response,
      await seenByClient(await post('/token', { ...login, password: 'wrong', ...form }, headers)),
    )
  })
}

test('B17 certificate headers are ignored from any sender', async () => {
  const { post } = stateless
  const headers = { 'x-ssl-client-cert': 'x', 'x-forwarded-client-cert': 'Subject="CN=app"', 'client-cert': ':AA==:' }
  assert.equal((await post('/token', login, headers)).status, 200)
  assert.equal((await post('/token', { ...login, client_id: 'app' }, headers)).status, 401)
})

const machine = { grant_type: 'client_credentials' }
const machineGrants = { grantTypes: ['client_credentials', 'password'] }

for (const database of databaseKinds) {
  test(`B4 ${database}: an unknown client, a wrong secret and a disabled client get the same response`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    await givenClient(server, { id: 'app', ...machineGrants, authMethod: 'client_secret_basic' })
    await givenClient(server, { id: 'off', ...machineGrants, isDisabled: true })
    await givenClient(server, { id: 'public', authMethod: 'none', grantTypes: ['password'] })
    const attempts = [
      server.post('/token', machine, basicOf('nobody')),
      server.post('/token', machine, basicOf('app', 'wrong')),
      server.post('/token', machine, basicOf('app', '')),
      server.post('/token', machine, basicOf('app', clientSecret.toUpperCase())),
      server.post('/token', machine, basicOf('off')),
      server.post('/token', machine, basicOf('off', 'wrong')),
      server.post('/token', { ...machine, client_id: 'app' }),
      server.post('/token', { ...machine, client_id: 'app', client_secret: '' }),
      server.post('/token', { ...machine, client_id: 'app', client_secret: clientSecret }),
      server.post('/token', { ...machine, client_id: 'public', client_secret: 'made up' }),
      server.post('/token', { ...machine, client_id: 'other' }, basicOf('app')),
    ]
    const responses = await Promise.all((await Promise.all(attempts)).map(seenByClient))
    for (const response of responses) assert.deepEqual(response, responses[0])
    assert.equal(responses[0]?.status, 401)
    assert.deepEqual([...new Set(rejectionReasons(server))].sort(), [
      'client_disabled',
      'client_id_mismatch',
      'client_method_wrong',
      'client_secret_missing',
      'client_secret_wrong',
      'unknown_client',
    ])
  })
}

test('B1 B8 one method with the correct secret is accepted, also with the same client_id beside it', async (t) => {
  const server = await startServer(t)
  await givenClient(server, { id: 'basic', ...machineGrants, authMethod: 'client_secret_basic' })
  await givenClient(server, { id: 'post', ...machineGrants, authMethod: 'client_secret_post' })
  const status = async (form: Record<string, string>, headers = {}) =>
    (await server.post('/token', { ...machine, ...form }, headers)).status
  assert.equal(await status({}, basicOf('basic')), 200)
  assert.equal(await status({ client_id: 'basic' }, basicOf('basic')), 200)
  assert.equal(await status({ client_id: 'post', client_secret: clientSecret }), 200)
  assert.equal(await status({ client_id: 'post' }, basicOf('basic')), 401)
  assert.equal(await status({}, basicOf('post')), 401)
  assert.equal(await status({ client_id: 'post', client_secret: clientSecret }, basicOf('post')), 400)
  assert.equal(await status({ client_id: 'basic', client_secret: clientSecret }), 401)
})

test('B5 Basic with an empty secret is a public client, and no secret of another', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenClient(server, { id: 'spa', authMethod: 'none', grantTypes: ['password'] })
  await givenClient(server, { id: 'app', ...machineGrants })
  const status = async (id: string, form: Record<string, string> = {}) =>
    (await server.post('/token', { ...login, ...form }, basicOf(id, ''))).status
  assert.equal(await status('spa'), 200)
  assert.equal(await status('spa', { client_id: 'spa' }), 200)
  assert.equal(await status('spa', { client_id: 'app' }), 401)
  assert.equal(await status('spa', { client_secret: 'made up' }), 400)
  assert.equal(await status('app'), 401)
  assert.equal(await status('app', { client_secret: clientSecret }), 400)
  assert.equal((await server.post('/revoke', { token: 'rt_unknown' }, basicOf('spa', ''))).status, 200)
  assert.equal((await server.post('/introspect', { token: 'rt_unknown' }, basicOf('spa', ''))).status, 401)
})

for (const grantType of ['client_credentials', 'password', 'authorization_code', 'refresh_token']) {
  test(`B5 a confidential client that sends no secret gets nothing by ${grantType}`, async (t) => {
    const server = await startPasswordGrantServer(t)
    const client = await givenClient(server, {
      id: 'app',
      grantTypes: ['client_credentials', 'password', 'authorization_code', 'refresh_token'],
    })
    for (const headers of [{}, basicOf(client.id, '')]) {
      const form = { ...login, grant_type: grantType, code: 'x', refresh_token: 'x', client_id: client.id }
      const response = await server.post('/token', form, headers)
      assert.ok(response.status === 401 || response.status === 400)
      assert.match(JSON.parse(await response.text()).error, /^(invalid_client|unsupported_grant_type)$/)
    }
  })
}

test('B6 a secret that a public client makes up is rejected, and not stored', async (t) => {
  const server = await startPasswordGrantServer(t)
  await givenClient(server, { id: 'spa', authMethod: 'none', grantTypes: ['password'] })
  const form = { ...login, client_id: 'spa' }
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.equal((await server.post('/token', { ...form, client_secret: clientSecret })).status, 401)
    assert.equal((await server.post('/token', login, basicOf('spa'))).status, 401)
  }
  assert.deepEqual(await server.server.context.store.clients.secretHashes('spa', server.clock.now), [])
  assert.equal((await server.post('/token', form)).status, 200)
})

for (const database of databaseKinds) {
  test(`B16 ${database}: a former secret works until its grace period ends, and not one second longer`, async (t) => {
    const server = await startServer(t, { database })
    await givenClient(server, { id: 'app', ...machineGrants })
    const { clients } = server.server.context.store
    const start = server.clock.now
    const status = async (secret: string) => (await server.post('/token', machine, basicOf('app', secret))).status
    const rotate = (secret: string) =>
      clients.rotateSecret('app', hashClientSecret(secret), server.clock.now, server.clock.now + 100)

    await rotate('second')
    server.clock.now = start + 99.9
    assert.deepEqual([await status(clientSecret), await status('second')], [200, 200])
    server.clock.now = start + 100
    assert.deepEqual([await status(clientSecret), await status('second')], [401, 200])

    await rotate('third')
    await rotate('fourth')
    assert.deepEqual([await status('second'), await status('third'), await status('fourth')], [401, 200, 200])
    server.clock.now += 101
    assert.deepEqual([await status('third'), await status('fourth')], [401, 200])
  })
}

test('B16 both secrets of a declared client work', async (t) => {
  const next = 'the secret that follows, long enough'
  const server = await startServer(t, {
    clients: [{ client_id: 'app', grant_types: ['client_credentials'], client_secrets: [clientSecret, next] }],
  })
  for (const secret of [clientSecret, next]) {
    assert.equal((await server.post('/token', machine, basicOf('app', secret))).status, 200)
  }
  assert.equal((await server.post('/token', machine, basicOf('app', 'another'))).status, 401)
})

test('B4 a declared client takes precedence over a registered one with the same id', async (t) => {
  const server = await startServer(t, {
    clients: [{ client_id: 'app', grant_types: ['client_credentials'], client_secret: `declared: ${clientSecret}` }],
  })
  await givenClient(server, { id: 'app', ...machineGrants })
  assert.equal((await server.post('/token', machine, basicOf('app'))).status, 401)
  assert.equal((await server.post('/token', machine, basicOf('app', `declared: ${clientSecret}`))).status, 200)
})

test('A16 a grant type that is missing, unknown or not allowed for the client gets its own error, and no other grant type is used', async (t) => {
  const server = await startServer(t)
  await givenClient(server, { id: 'app', grantTypes: ['authorization_code'] })
  const error = async (form: Record<string, string>) =>
    JSON.parse(await (await server.post('/token', { ...login, ...form }, basicOf('app'))).text()).error
  assert.equal(await error({}), 'invalid_request')
  assert.equal(await error({ grant_type: 'urn:example:unknown' }), 'unsupported_grant_type')
  assert.equal(await error({ grant_type: 'password' }), 'unsupported_grant_type')
  assert.equal(await error(machine), 'unauthorized_client')
})

test('A16 a caller without a client may use only the password grant', async () => {
  const { post } = stateless
  const response = await post('/token', machine)
  assert.equal(JSON.parse(await response.text()).error, 'unauthorized_client')
})

for (const algorithm of ['ES256', 'HS256'] as const) {
  test(`K12 ${algorithm}: a client's own token is not a user's token, even if a user has the id of the client`, async (t) => {
    const server = await startServer(t, { algorithm })
    await givenClient(server, { id: 'tim', ...machineGrants })
    const body = JSON.parse(await (await server.post('/token', machine, basicOf('tim'))).text())
    const response = await server.get('/users/me', { authorization: `Bearer ${body.access_token}` })
    assert.equal(response.status, 401)
    assert.deepEqual(rejectionReasons(server), ['token_without_user'])
  })
}
