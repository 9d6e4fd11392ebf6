/** Client authentication at the token endpoint under attack: group B of the security cases (RFC 6749 §2.3). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBasic } from '../../src/oauth/client-auth.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { seenByClient } from '../support/accounts.ts'
import { startServer } from '../support/server.ts'

const login = { username: 'tim', password: 'tim1234' }
const assertion = {
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: 'eyJhbGciOiJub25lIn0.e30.',
}
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

const twice: readonly (readonly [title: string, form: Record<string, string>, authorization?: string])[] = [
  ['Basic and client_secret', { client_secret: 's' }, basic('app:s')],
  ['Basic and client_id with client_secret', { client_id: 'app', client_secret: 's' }, basic('app:s')],
  ['Basic and an assertion', assertion, basic('app:s')],
  ['client_secret and an assertion', { ...assertion, client_id: 'app', client_secret: 's' }],
  ['Basic, client_secret and an assertion', { ...assertion, client_secret: 's' }, basic('app:s')],
]

for (const [title, form, authorization] of twice) {
  test(`B1 ${title} in one request is invalid_request`, async (t) => {
    const { post } = await startServer(t)
    const response = await post('/token', { ...login, ...form }, authorization ? { authorization } : {})
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(await response.text()).error, 'invalid_request')
  })
}

const credentials = [
  { id: 'app', secret: 'a:b%c+d e&f=é', pair: 'app:a%3Ab%25c%2Bd+e%26f%3D%C3%A9' },
  { id: 'a:b', secret: 's', pair: 'a%3Ab:s' },
  { id: 'app', secret: '%41', pair: 'app:%2541' },
  { id: 'app', secret: 'a:b', pair: 'app:a:b' },
  { id: 'app', secret: '', pair: 'app:' },
  { id: '', secret: 's', pair: ':s' },
]

for (const { id, secret, pair } of credentials) {
  test(`B2 Basic ${pair} is id ${JSON.stringify(id)} and secret ${JSON.stringify(secret)}, decoded once`, () => {
    assert.deepEqual(readBasic(basic(pair)), { id, secret })
  })
}

for (const header of [
  'Basic',
  'Basic !',
  'Basic YXBw',
  'Basic YXBwOnM',
  'Basic YXBwOnM===',
  'basic  gICA',
  'Basic YXBwOnM= x',
]) {
  test(`B2 "${header}" can't be read and is invalid_client`, async (t) => {
    assert.throws(
      () => readBasic(header),
      (error) => error instanceof OAuthError && error.code === 'invalid_client',
    )
    const { post } = await startServer(t)
    const response = await post('/token', login, { authorization: header })
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Basic /)
  })
}

for (const pair of ['app:100%', 'app:%zz', 'app:%ff', 'app:a%00b']) {
  test(`B2 Basic ${pair}, which is not form-urlencoded text, is refused without a crash`, async (t) => {
    const { post } = await startServer(t)
    const response = await post('/token', login, { authorization: basic(pair) })
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(await response.text()).error, 'invalid_request')
  })
}

test('B2 the empty pair that Swagger UI sends is no client authentication', async (t) => {
  const { post } = await startServer(t)
  for (const authorization of ['Basic Og==', 'basic Og==', 'BASIC  Og==']) {
    assert.equal((await post('/token', login, { authorization })).status, 200)
  }
})

const strangers: readonly (readonly [title: string, form: Record<string, string>, authorization?: string])[] = [
  ['B4 an unknown client_id', { client_id: 'nobody' }],
  ['B4 the name that our own software has in tokens', { client_id: 'first-party' }],
  ['B4 an unknown client with a secret', { client_id: 'nobody', client_secret: 's' }],
  ['B4 an unknown client by Basic', {}, basic('nobody:s')],
  ['B5 an unknown client by Basic with an empty secret', {}, basic('first-party:')],
  ['B6 a made-up secret without a client_id', { client_secret: 's' }],
  ['B8 a Basic user beside another client_id', { client_id: 'other' }, basic('nobody:s')],
  ['B12 an unsigned assertion', assertion],
  ['B12 an assertion type without an assertion', { client_assertion_type: assertion.client_assertion_type }],
]

for (const [title, form, authorization] of strangers) {
  test(`${title} is invalid_client, the same as for any other, and takes no password`, async (t) => {
    const { post } = await startServer(t)
    const headers = authorization ? { authorization } : {}
    const answer = await seenByClient(await post('/token', { ...login, ...form }, headers))
    assert.equal(answer.status, 401)
    assert.deepEqual(answer, await seenByClient(await post('/token', { ...login, client_id: 'nobody' })))
    assert.deepEqual(
      answer,
      await seenByClient(await post('/token', { ...login, password: 'wrong', ...form }, headers)),
    )
  })
}

test('B17 certificate headers from anyone are ignored', async (t) => {
  const { post } = await startServer(t)
  const headers = { 'x-ssl-client-cert': 'x', 'x-forwarded-client-cert': 'Subject="CN=app"', 'client-cert': ':AA==:' }
  assert.equal((await post('/token', login, headers)).status, 200)
  assert.equal((await post('/token', { ...login, client_id: 'app' }, headers)).status, 401)
})
