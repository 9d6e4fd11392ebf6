/** RFC 9068, access tokens as JWTs: what is issued, verified with jose as any resource server would. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { startServer } from '../support/server.ts'

const issuer = 'https://login.example.com'

for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
  test(`§2.1, §4 an ${algorithm} token verifies with the published keys, by issuer, audience, type and algorithm`, async (t) => {
    const { get, accessToken, clock } = await startServer(t, { algorithm, issuer })
    const token = await accessToken('alice')
    const keys = createLocalJWKSet(JSON.parse(await (await get('/.well-known/jwks.json')).text()))
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience: issuer,
      typ: 'at+jwt',
      algorithms: [algorithm],
      requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
      currentDate: new Date(clock.now * 1000),
    })
    assert.equal(protectedHeader.typ, 'at+jwt')
    assert.deepEqual(Object.keys(protectedHeader).toSorted(), ['alg', 'kid', 'typ'])
    assert.equal(payload.sub, 'alice')
  })
}

test('§2.2 a token has every required claim, and about the user only the subject', async (t) => {
  const { accessToken, clock } = await startServer(t, { issuer, accessTokenExpireMinutes: 5 })
  const { jti, ...claims } = decodeJwt(await accessToken('alice', 'me'))
  assert.equal(typeof jti, 'string')
  assert.deepEqual(claims, {
    iss: issuer,
    aud: issuer,
    sub: 'alice',
    client_id: 'first-party',
    iat: clock.now,
    exp: clock.now + 300,
    scope: 'me',
  })
})

test('§2.2 each token has another jti', async (t) => {
  const { accessToken } = await startServer(t)
  const ids = await Promise.all(Array.from({ length: 5 }, async () => decodeJwt(await accessToken('alice')).jti))
  assert.equal(new Set(ids).size, 5)
})

test('§2.2 an HS256 token has the form of the tutorial, without an audience', async (t) => {
  const { accessToken } = await startServer(t, { algorithm: 'HS256' })
  const token = await accessToken('alice')
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'JWT' })
  assert.deepEqual(Object.keys(decodeJwt(token)).toSorted(), ['exp', 'iat', 'jti', 'scope', 'sub'])
})

for (const algorithm of ['ES256', 'RS256', 'EdDSA', 'HS256'] as const) {
  test(`§4 the server accepts its own ${algorithm} token until it expires, and none that was changed`, async (t) => {
    const { get, accessToken, clock } = await startServer(t, { algorithm })
    const token = await accessToken('alice')
    const me = async (candidate: string) => (await get('/users/me', { authorization: `Bearer ${candidate}` })).status
    const [header = '', , signature = ''] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: 'tim' })).toString('base64url')
    const unsigned = Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), alg: 'none' })).toString('base64url')

    assert.equal(await me(token), 200)
    assert.equal(await me([header, forged, signature].join('.')), 401)
    assert.equal(await me([unsigned, token.split('.')[1], ''].join('.')), 401)
    assert.equal(await me([unsigned, token.split('.')[1], signature].join('.')), 401)
    clock.now += 30 * 60 - 1
    assert.equal(await me(token), 200)
    clock.now += 1
    assert.equal(await me(token), 401)
  })
}

test('§4 a token stays valid after a restart, and another process with the same database accepts it', async (t) => {
  const first = await startServer(t)
  const second = await startServer(t, { databaseUrl: first.databaseUrl })
  const token = await first.accessToken('alice')
  assert.equal((await second.get('/users/me', { authorization: `Bearer ${token}` })).status, 200)
})
