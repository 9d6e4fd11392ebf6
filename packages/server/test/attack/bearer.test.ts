/** Bearer tokens over HTTP under attack: E28 to E30 of the security cases (RFC 6750). The content of a token is tested in guard. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freshDatabase } from '../support/databases.ts'
import { ask, requestText } from '../support/raw-http.ts'
import { openPort, startServer, testSecret } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'
import { alsoOverSocket } from '../support/wire.ts'

const invalid = 'Bearer error="invalid_token"'

/** With the items, a second protected route. */
const shared = await alsoOverSocket({ after }, await startTutorialServer({ after }))
const token = await shared.accessToken('alice')

/** `TOKEN` is replaced by a valid token. */
const headers: readonly (readonly [authorization: string, status: number, challenge: string | null])[] = [
  ['Bearer TOKEN', 200, null],
  ['bearer TOKEN', 200, null],
  ['BEARER TOKEN', 200, null],
  ['bEaReR TOKEN', 200, null],
  ['Bearer', 401, invalid],
  ['Bearer  TOKEN', 401, invalid],
  ['Bearer TOKEN x', 401, invalid],
  ['Bearer TOKEN,x', 401, invalid],
  ['Bearer TOKEN,Bearer TOKEN', 401, invalid],
  ['Bearer\tTOKEN', 401, invalid],
  ['Bearer "TOKEN"', 401, invalid],
  ['Bearer token=TOKEN', 401, invalid],
  ['Bearer: TOKEN', 401, invalid],
  ['Bearer \u00e9TOKEN', 401, invalid],
  ['Bearer TOKEN=', 401, invalid],
  ['Bearer TOKEN.', 401, invalid],
  ['Bearer null', 401, invalid],
  [`Bearer ${'a'.repeat(20_000)}`, 401, invalid],
  [`Bearer ${'.'.repeat(20_000)}`, 401, invalid],
  ['\u00e9', 401, 'Bearer'],
  ['BearerTOKEN', 401, 'Bearer'],
  ['Bearerish TOKEN', 401, 'Bearer'],
  ['Basic TOKEN', 401, 'Bearer'],
  ['Token TOKEN', 401, 'Bearer'],
  ['DPoP TOKEN', 401, 'Bearer'],
  ['TOKEN', 401, 'Bearer'],
  ['', 401, 'Bearer'],
]

for (const [authorization, status, challenge] of headers) {
  test(`E28 Authorization ${JSON.stringify(authorization.slice(0, 40))} gets ${status}`, async () => {
    const response = await shared.get('/users/me', { authorization: authorization.replaceAll('TOKEN', token) })
    assert.equal(response.status, status)
    assert.equal(response.headers.get('www-authenticate'), challenge)
    assert.ok(!(await response.text()).includes(token))
  })
}

test('E28 no content of a token makes a protected route fail', async () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const parts = [null, 1, 'a', [], {}, { alg: 'none' }, { alg: 'ES256', kid: '__proto__' }, { alg: {}, kid: [] }].map(
    part,
  )
  for (const head of [...parts, '', '%00', 'e30', part('\0')]) {
    for (const token of [`${head}.${head}.${head}`, `${head}.e30.`, `${head}..${head}`, `..${head}`, head, '...']) {
      const response = await shared.get('/users/me', { authorization: `Bearer ${token}` })
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('www-authenticate'), invalid)
    }
  }
  assert.deepEqual(
    shared.log.filter((line) => line.level !== 'info'),
    [],
  )
})

for (const path of ['/users/me', '/users/me/', '/users/me/items', '/users/me/items/']) {
  test(`E29 ${path}?access_token= is neither read nor logged`, async () => {
    const response = await shared.get(`${path}?access_token=${token}&token=${token}`)
    assert.equal(response.status, 401)
    assert.equal(response.headers.get('www-authenticate'), 'Bearer')
    assert.ok(!JSON.stringify(shared.log).includes(token))
    assert.equal((await shared.get(path, { cookie: `access_token=${token}; token=${token}` })).status, 401)
  })
}

test('E29 an access_token in a form is not read either', async (t) => {
  const server = await startServer(t)
  const token = await server.accessToken('alice')
  const { port } = await openPort(t, server)
  const body = `access_token=${token}`
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
  assert.equal((await ask(t, port, requestText('GET /users/me', form, body))).status, 401)
  assert.equal((await ask(t, port, requestText('POST /users/me', form, body))).status, 405)
})

test('E30 no token, an invalid one, one without the scope and one for another audience get the right error each', async (t) => {
  const database = await freshDatabase('sqlite')
  const server = await startTutorialServer(t, { databaseUrl: database.url })
  const elsewhere = await startTutorialServer(t, { databaseUrl: database.url, issuer: 'https://elsewhere.example' })
  t.after(database.remove)
  const items = async (token?: string) => {
    const response = await server.get(
      '/users/me/items',
      token === undefined ? {} : { authorization: `Bearer ${token}` },
    )
    const { error } = JSON.parse(await response.text())
    return [response.status, response.headers.get('www-authenticate'), error]
  }
  const bad = [401, invalid, 'invalid_token']
  assert.deepEqual(await items(), [401, 'Bearer', 'not_authenticated'])
  assert.deepEqual(await items('bad'), bad)
  assert.deepEqual(await items(await elsewhere.accessToken('alice')), bad)
  assert.deepEqual(await items(await server.accessToken('alice', 'me')), [
    403,
    'Bearer error="insufficient_scope", scope="me items"',
    'insufficient_scope',
  ])
})

test('E30 a token no longer works after it has expired, or after its user is disabled or deleted', async (t) => {
  const server = await startServer(t)
  const me = async (token: string) => {
    const response = await server.get('/users/me', { authorization: `Bearer ${token}` })
    return [response.status, JSON.parse(await response.text()).detail]
  }
  const { subjects } = server.server.context.store
  const token = await server.accessToken('alice')
  const rejected = [401, 'Could not validate credentials']
  assert.equal((await me(token))[0], 200)
  await subjects.setDisabled('alice', true, server.clock.now)
  assert.deepEqual(await me(token), [401, 'Inactive user'])
  await subjects.setDisabled('alice', false, server.clock.now)
  assert.equal((await me(token))[0], 200)
  server.clock.now += 30 * 60
  assert.deepEqual(await me(token), rejected)
  const later = await server.accessToken('alice')
  assert.equal((await me(later))[0], 200)
  await subjects.remove('alice', server.clock.now)
  assert.deepEqual(await me(later), rejected)
})

test('E30 a token of another deployment, and one signed with the same secret but another algorithm, are rejected', async (t) => {
  const server = await startServer(t)
  for (const options of [{}, { algorithm: 'HS256' }, { algorithm: 'EdDSA' }] as const) {
    // The secret is the same, but the deployment has its own keys.
    const other = await startServer(t, { secretKey: testSecret, ...options })
    const response = await server.get('/users/me', { authorization: `Bearer ${await other.accessToken('alice')}` })
    assert.equal(response.status, 401)
    assert.equal(response.headers.get('www-authenticate'), invalid)
  }
})
