/** RFC 7517, JSON Web Keys: what /.well-known/jwks.json publishes. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose'
import { startServer, type TestServer } from '../support/server.ts'

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after })

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The members besides kid, alg and use (RFC 7518 §6.2.1, §6.3.1, RFC 8037 §2). */
const expected = {
  ES256: { kty: 'EC', crv: 'P-256', members: ['crv', 'x', 'y'] },
  RS256: { kty: 'RSA', crv: undefined, members: ['e', 'n'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', members: ['crv', 'x'] },
} as const

/** All keys, or those of one algorithm. Each algorithm has two: one signs, the other is the next. */
async function publishedKeys({ get }: TestServer, algorithm?: string) {
  const response = await get('/.well-known/jwks.json')
  assert.equal(response.status, 200)
  const keys: JWK[] = JSON.parse(await response.text()).keys
  return keys.filter((key) => algorithm === undefined || key.alg === algorithm)
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
  test(`§4 the ${algorithm} key has kty, use, alg and kid, and is public`, async (t) => {
    const server = await startServer(t, { algorithm })
    const [key, next, ...rest] = await publishedKeys(server, algorithm)
    assert.ok(key && next && next.kid !== key.kid)
    assert.deepEqual(rest, [])
    const { kty, crv, members } = expected[algorithm]
    assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'kid', 'kty', 'use', ...members].toSorted())
    assert.deepEqual([key.kty, key.crv, key.use, key.alg], [kty, crv, 'sig', algorithm])
    for (const name of privateMembers) assert.ok(!Object.hasOwn(key, name))
  })

  test(`§4.5 tokens identify the ${algorithm} key by its kid, which is its RFC 7638 thumbprint`, async (t) => {
    const server = await startServer(t, { algorithm })
    const keys = await publishedKeys(server, algorithm)
    const { kid } = decodeProtectedHeader(await server.accessToken())
    assert.ok(keys.some((key) => key.kid === kid))
    for (const key of keys) assert.equal(await calculateJwkThumbprint(key), key.kid)
  })
}

test('§4 an RSA key has at least 2048 bits and the usual exponent', async () => {
  const [key] = await publishedKeys(server, 'RS256')
  assert.ok(Buffer.from(key?.n ?? '', 'base64url').length >= 256)
  assert.equal(key?.e, 'AQAB')
})

test('§5 the set is an object with the member keys, which any origin may read and cache for a while', async () => {
  const { get } = server
  const response = await get('/.well-known/jwks.json')
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('cache-control'), 'public, max-age=300')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  assert.deepEqual(Object.keys(JSON.parse(await response.text())), ['keys'])
})

test('§5 the same keys are published after a restart', async (t) => {
  const first = await startServer(t)
  const second = await startServer(t, { databaseUrl: first.databaseUrl })
  assert.deepEqual(await publishedKeys(second), await publishedKeys(first))
})

test('§9.2 under HS256 no symmetric key is published, but the keys that sign ID tokens are', async (t) => {
  const keys = await publishedKeys(await startServer(t, { algorithm: 'HS256' }))
  assert.deepEqual([...new Set(keys.map((key) => key.alg))].toSorted(), ['ES256', 'EdDSA', 'RS256'])
  for (const key of keys) assert.ok(!Object.hasOwn(key, 'k'))
})
