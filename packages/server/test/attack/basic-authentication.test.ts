/** HTTP Basic of clients under attack: B2 of the security cases (RFC 6749 §2.3.1). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { decoding } from '../../src/oauth/form.ts'
import { readBasic } from '../../src/oauth/read-client-credentials.ts'
import { seenByClient } from '../support/accounts.ts'
import { basicOf, clientSecret, givenClient } from '../support/clients.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const login = { username: 'tim', password: 'tim1234' }
/** For the tests whose requests leave nothing behind. */
const stateless = await alsoOverSocket({ after }, await startPasswordGrantServer({ after }))

const machine = { grant_type: 'client_credentials' }
const machineGrants = { grantTypes: ['client_credentials', 'password'] }

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

const credentials = [
  { id: 'app', secret: 'a:b%c+d e&f=é', pair: 'app:a%3Ab%25c%2Bd+e%26f%3D%C3%A9' },
  { id: 'a:b', secret: 's', pair: 'a%3Ab:s' },
  { id: 'app', secret: '%41', pair: 'app:%2541' },
  { id: 'app', secret: 'a:b', pair: 'app:a:b' },
  { id: 'app', secret: '', pair: 'app:' },
  { id: '', secret: 's', pair: ':s' },
  // What is no id when it is decoded was not encoded.
  { id: 'a+b', secret: 's', pair: 'a+b:s' },
  { id: '100%', secret: 's', pair: '100%:s' },
  { id: 'a+b', secret: 's', pair: 'a%2Bb:s' },
]

for (const { id, secret, pair } of credentials) {
  test(`B2 Basic ${pair} is id ${JSON.stringify(id)} and secret ${JSON.stringify(secret)}, decoded once`, () => {
    const read = readBasic(basic(pair))
    assert.deepEqual([read?.id, decoding(read?.secret ?? '')], [id, secret])
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
  test(`B2 "${header}" cannot be read and is invalid_client`, async () => {
    assert.throws(
      () => readBasic(header),
      (error) => error instanceof OAuthError && error.code === 'invalid_client',
    )
    const { post } = stateless
    const response = await post('/token', login, { authorization: header })
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Basic /)
  })
}

for (const pair of ['app:100%', 'app:%zz', 'app:%ff', 'app:a%00b']) {
  test(`B2 Basic ${pair}, which is not form-urlencoded text, is a wrong secret as any other`, async () => {
    const { post } = stateless
    const response = await seenByClient(await post('/token', login, { authorization: basic(pair) }))
    assert.equal(response.status, 401)
    assert.deepEqual(response, await seenByClient(await post('/token', login, { authorization: basic('app:wrong') })))
  })
}

test('B2 the empty pair that Swagger UI sends is no client authentication', async () => {
  const { post } = stateless
  for (const authorization of ['Basic Og==', 'basic Og==', 'BASIC  Og==']) {
    assert.equal((await post('/token', login, { authorization })).status, 200)
  }
})

test('B2 credentials with special characters authenticate, encoded once', async (t) => {
  const secret = 'a:b%c+d e&f="é" and some more of it'
  const server = await startServer(t)
  const client = await givenClient(server, { id: 'a%b+c&d=e', ...machineGrants })
  const { clients } = server.server.context.store
  await clients.rotateSecret(client.id, hashClientSecret(secret), server.clock.now, 0)
  assert.equal((await server.post('/token', machine, basicOf(client.id, secret))).status, 200)
})

/** Each with a library that does not form-encode in mind. */
const unencoded = [
  'plus+in+the+middle+of+a+long+secret',
  'percent%41%zz% of a secret that is long',
  'decodes%20to%20another%20secret%20of%20it',
  'a:b&c=d;e/f?g and some more of the secret',
  '+++++++++++++++++++++++++++++++++++++++++',
]

for (const secret of unencoded) {
  test(`B2 the secret ${secret} is accepted as it is and form-encoded, and nothing near it is`, async (t) => {
    const server = await startServer(t)
    const { id } = await givenClient(server, { id: 'app', ...machineGrants })
    const { clients } = server.server.context.store
    await clients.rotateSecret(id, hashClientSecret(secret), server.clock.now, 0)
    const status = async (sent: string) =>
      (await server.post('/token', machine, { authorization: basic(`${id}:${sent}`) })).status
    assert.equal(await status(secret), 200)
    assert.equal((await server.post('/token', machine, basicOf(id, secret))).status, 200)
    for (const near of [`${secret}x`, encodeURIComponent(encodeURIComponent(secret)), secret.toUpperCase()]) {
      if (near !== secret) assert.equal(await status(near), 401, near)
    }
    // In a form, everything is encoded once.
    const form = `grant_type=client_credentials&client_id=${id}&client_secret=`
    assert.equal((await server.post('/token', form + encodeURIComponent(secret))).status, 200)
  })
}

test('B2 the trace tells that a secret was not form-encoded', async (t) => {
  const server = await startServer(t)
  const { id } = await givenClient(server, { id: 'app', ...machineGrants })
  const { clients } = server.server.context.store
  await clients.rotateSecret(id, hashClientSecret('a+b'), server.clock.now, server.clock.now + 100)
  const factsOf = async (pair: string) => {
    const form = { ...machine, scope: 'unknown' }
    const { headers } = await server.post('/token', form, { authorization: basic(pair) })
    const { traces, store } = server.server.context
    await traces.flush()
    const trace = await store.traces.find(headers.get('x-request-id') ?? '')
    return trace?.steps.find(({ name }) => name === 'authenticate_client')?.facts
  }
  const asFormEncoded = { client_id: 'app', method: 'client_secret_basic' }
  assert.deepEqual(await factsOf('app:a+b'), { ...asFormEncoded, secret_sent: 'without form-encoding' })
  assert.deepEqual(await factsOf('app:a%2Bb'), asFormEncoded)
  assert.deepEqual(await factsOf(`app:${encodeURIComponent(clientSecret)}`), asFormEncoded)
  // Of a wrong one it tells the same, when it cannot have been encoded.
  const { reason, received } = (await factsOf('app:100%')) ?? {}
  assert.deepEqual([reason, received], ['client_secret_wrong', 'a secret that is not form-encoded'])
})
