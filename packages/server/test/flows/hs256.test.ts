/** HS256 is the tutorial's algorithm: Countersign and other libraries accept each other's tokens. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { createSigner, createVerifier } from 'fast-jwt'
import { decodeProtectedHeader } from 'jose'
import { asymmetricAlgorithms } from '../../src/domain/algorithm.ts'
import { sign } from '../../src/keys/sign.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { basicOf } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, introspect, opens } from '../support/grants.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { testSecret } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

/** A token of another system with the same secret: fast-jwt itself would cut the fractions. */
function craft(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', testSecret).update(input).digest('base64url')}`
}

const secretKey = 'the secret that the old system and the new one share'

test('a token of Countersign verifies in another library with the same secret', async (t) => {
  const { clock, login } = await startTutorialServer(t, { algorithm: 'HS256', secretKey })
  const token = await login('tim', 'tim1234')
  const verify = createVerifier({ key: secretKey, algorithms: ['HS256'], clockTimestamp: clock.now * 1000 })

  const claims = verify(token)

  assert.equal(claims.sub, 'tim')
  assert.equal(claims.exp, clock.now + 30 * 60)
  assert.equal(claims.aud, undefined)
})

test("the tutorial's token, with only sub and exp, is accepted with the default scopes", async (t) => {
  const { clock, get } = await startTutorialServer(t, { algorithm: 'HS256', secretKey })
  const sign = createSigner({ key: secretKey, algorithm: 'HS256', noTimestamp: true })
  const authorization = `Bearer ${sign({ sub: 'tim', exp: clock.now + 60 })}`

  assert.equal((await get('/users/me', { authorization })).status, 200)
  assert.equal((await get('/users/me/items', { authorization })).status, 200)
  clock.now += 60
  assert.equal((await get('/users/me', { authorization })).status, 401)
})

test('a token with a kid, as Supabase makes them, is accepted', async (t) => {
  const { clock, get } = await startTutorialServer(t, { algorithm: 'HS256', secretKey })
  const sign = createSigner({ key: secretKey, algorithm: 'HS256', kid: 'q2Cc9cVtEjL1+XnE' })
  const authorization = `Bearer ${sign({ sub: 'tim', iat: clock.now, exp: clock.now + 60 })}`
  assert.equal((await get('/users/me', { authorization })).status, 200)
})

for (const database of databaseKinds) {
  const options = { database, algorithm: 'HS256', clients: declaredClients } as const

  test(`${database}: a token whose times have fractions, as PyJWT writes those of time.time(), expires at its very fraction`, async (t) => {
    const server = await startPasswordGrantServer(t, options)
    const { now } = server.clock
    const token = craft({ sub: 'tim', jti: 'token-1', nbf: now - 0.25, iat: now - 0.25, exp: now + 60.5 })
    server.clock.now += 60
    assert.equal(await opens(server, token), true)
    server.clock.now += 1
    assert.equal(await opens(server, token), false)
  })

  test(`${database}: a token whose times have fractions is introspected in whole seconds, and revoked until it expires`, async (t) => {
    const server = await startPasswordGrantServer(t, options)
    const { now } = server.clock
    const times = { iat: now - 0.25, exp: now + 60.5 }
    const token = craft({ sub: 'tim', jti: 'token-1', ...times })
    const own = craft({ sub: 'app', client_id: 'app', jti: 'token-2', ...times })
    // RFC 7662 §2.2: integer timestamps. None says that the token lasts longer than it does.
    for (const one of [token, own]) {
      const { active, exp, iat } = await introspect(server, one)
      assert.deepEqual([active, exp, iat], [true, now + 60, now - 1])
    }
    assert.equal((await server.post('/revoke', { token })).status, 200)
    assert.equal((await server.post('/revoke', { token: own }, basicOf('app'))).status, 200)
    server.clock.now += 60
    await server.server.context.store.revokedTokens.removeEnded(server.clock.now, 5000)
    assert.equal(await opens(server, token), false)
    assert.deepEqual(await introspect(server, own), { active: false })
  })

  test(`${database}: a token from before the epoch, however far, counts as one without iat`, async (t) => {
    const server = await startPasswordGrantServer(t, options)
    for (const [index, iat] of [-1, -1.5, -1e300].entries()) {
      const times = { iat, exp: server.clock.now + 60 }
      const token = craft({ sub: 'tim', jti: `token-${index}`, ...times })
      const own = craft({ sub: 'app', client_id: 'app', jti: `own-${index}`, ...times })
      assert.equal(await opens(server, token), true)
      for (const one of [token, own]) {
        const introspected = await introspect(server, one)
        assert.deepEqual([introspected['active'], introspected['iat']], [true, 0])
      }
      assert.equal((await server.post('/revoke', { token })).status, 200)
      assert.equal((await server.post('/revoke', { token: own }, basicOf('app'))).status, 200)
      assert.equal(await opens(server, token), false)
      assert.deepEqual(await introspect(server, own), { active: false })
    }
  })

  test(`${database}: a token whose grant_id no database can hold is rejected, and no server error`, async (t) => {
    const server = await startPasswordGrantServer(t, options)
    for (const grant_id of ['\0', 'grant\0', '\ud800', '']) {
      const token = craft({
        sub: 'tim',
        jti: `token${grant_id}`,
        grant_id,
        scope: 'openid me',
        exp: server.clock.now + 60,
      })
      for (const path of ['/users/me', '/userinfo'])
        assert.equal((await server.get(path, { authorization: `Bearer ${token}` })).status, 401)
      assert.deepEqual(await introspect(server, token), { active: false })
      assert.equal((await server.post('/revoke', { token })).status, 200)
    }
  })
}

test('a token that is signed with another secret is rejected', async (t) => {
  const { clock, get } = await startTutorialServer(t, { algorithm: 'HS256', secretKey })
  const sign = createSigner({ key: 'some other secret, of a decent length', algorithm: 'HS256' })
  const authorization = `Bearer ${sign({ sub: 'tim', exp: clock.now + 60 })}`
  assert.equal((await get('/users/me', { authorization })).status, 401)
})

test("dev accepts the seed's supersecretkey", async (t) => {
  const { clock, get, login } = await startTutorialServer(t, {
    algorithm: 'HS256',
    secretKey: 'supersecretkey',
    unsafeWeakSecretKey: true,
  })
  const verify = createVerifier({ key: 'supersecretkey', clockTimestamp: clock.now * 1000 })
  assert.equal(verify(await login('tim', 'tim1234')).sub, 'tim')

  const token = createSigner({ key: 'supersecretkey', noTimestamp: true })({ sub: 'alice', exp: clock.now + 60 })
  const response = await get('/users/me', { authorization: `Bearer ${token}` })
  assert.equal(JSON.parse(await response.text()).username, 'alice')
})

test('under HS256 the secret is not published: the published keys sign ID tokens, and no access tokens', async (t) => {
  const { clock, get, login, server } = await startTutorialServer(t, { algorithm: 'HS256', secretKey })
  const { keys } = JSON.parse(await (await get('/.well-known/jwks.json')).text())
  assert.deepEqual([...new Set(keys.map((key: { kty: string }) => key.kty))].toSorted(), ['EC', 'OKP', 'RSA'])
  assert.equal(decodeProtectedHeader(await login('tim', 'tim1234')).alg, 'HS256')

  for (const algorithm of asymmetricAlgorithms) {
    const claims = { sub: 'tim', scope: 'me', iat: clock.now, exp: clock.now + 60 }
    const token = await sign(server.context.keys.signingKey(algorithm), 'JWT', claims)
    assert.equal((await get('/users/me', { authorization: `Bearer ${token}` })).status, 401)
  }
})

test("under HS256 a client's choice of another algorithm has no effect on access tokens", async (t) => {
  const { server } = await startTutorialServer(t, { algorithm: 'HS256', secretKey })
  const request = { subject: 'tim', clientId: 'app', scopes: ['me'], resources: [], algorithm: 'ES256' } as const
  const { token } = await createAccessToken(server.context, request)
  assert.equal(createVerifier({ key: secretKey, clockTimestamp: 0 })(token).sub, 'tim')
})
