/** HS256 is the tutorial's algorithm: Countersign and other libraries accept each other's tokens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner, createVerifier } from 'fast-jwt'
import { decodeProtectedHeader } from 'jose'
import { asymmetricAlgorithms } from '../../src/domain/algorithm.ts'
import { sign } from '../../src/keys/sign.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { startTutorialServer } from '../support/tutorial.ts'

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
