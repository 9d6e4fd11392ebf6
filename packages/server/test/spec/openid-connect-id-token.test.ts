/** OpenID Connect Core 1.0 §2, §3.1.3 and §12: the ID token, from the code and from a refresh. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { exchange, issuer, logIn, singlePageApp, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const algorithms = ['ES256', 'RS256', 'EdDSA'] as const
const clients: readonly ClientDeclaration[] = [
  webApp,
  singlePageApp,
  ...algorithms.map((algorithm) => ({ ...webApp, client_id: algorithm, id_token_signed_response_alg: algorithm })),
]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

for (const database of databaseKinds) {
  test(`${database}: §2 an ID token has these claims and no others`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { id_token: idToken } = await logIn(server, webApp, { nonce: 'a nonce' })
    const { sid, at_hash: hash, ...claims } = decodeJwt(idToken)
    const now = server.clock.now
    assert.deepEqual(claims, {
      iss: issuer,
      sub: 'tim',
      aud: 'web-app',
      exp: now + 3600,
      iat: now,
      auth_time: now,
      nonce: 'a nonce',
      amr: ['pwd'],
      acr: '1',
    })
    assert.ok(typeof sid === 'string' && sid !== '')
    assert.ok(typeof hash === 'string' && hash !== '')
    assert.deepEqual(Object.keys(decodeProtectedHeader(idToken)).toSorted(), ['alg', 'kid', 'typ'])
  })

  test(`${database}: §2 auth_time is when the user entered the password, not when the token was issued`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const begun = server.clock.now
    await logIn(server, webApp, {}, agent)
    server.clock.now += 1000
    const { id_token: idToken } = await logIn(server, webApp, {}, agent)
    const { auth_time: authTime, iat } = decodeJwt(idToken)
    assert.deepEqual([authTime, iat], [begun, begun + 1000])
  })

  test(`${database}: §12.2 an ID token from a refresh is about the same login, and about the new access token`, async (t) => {
    const server = await startServer(t, { database, clients })
    const first = await logIn(server, webApp, { nonce: 'a nonce' })
    server.clock.now += 100
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
    const { body } = await exchange(server, webApp, form)
    const before = decodeJwt(first.id_token)
    const after = decodeJwt(String(body['id_token']))
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'sid', 'acr', 'amr']) {
      assert.deepEqual(after[name], before[name], name)
    }
    assert.equal(after.iat, (before.iat ?? 0) + 100)
    assert.equal('azp' in after || 'nonce' in after, false)
    assert.equal(after['at_hash'], leftHalf('sha256', String(body['access_token'])))
  })
}

function leftHalf(hash: 'sha256' | 'sha512', text: string): string {
  const whole = createHash(hash).update(text).digest()
  return whole.subarray(0, whole.length / 2).toString('base64url')
}

for (const algorithm of algorithms) {
  test(`§3.1.3.6, §3.1.3.7 an ${algorithm} ID token verifies with the published keys, and its at_hash uses the hash of that algorithm`, async (t) => {
    const server = await startServer(t, { clients })
    const client = clients.find(({ client_id: id }) => id === algorithm) ?? webApp
    const { id_token: idToken, access_token: accessToken } = await logIn(server, client)
    const keys = createLocalJWKSet(JSON.parse(await (await server.get('/.well-known/jwks.json')).text()))
    const { payload } = await jwtVerify(idToken, keys, {
      issuer,
      audience: algorithm,
      algorithms: [algorithm],
      currentDate: new Date(server.clock.now * 1000),
    })
    // Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
    assert.equal(payload['at_hash'], leftHalf(algorithm === 'EdDSA' ? 'sha512' : 'sha256', accessToken))
  })
}

test('§3.1.3.7 a deployment under HS256 signs ID tokens with a key that clients can verify', async (t) => {
  const server = await startServer(t, { clients, algorithm: 'HS256' })
  const { id_token: idToken } = await logIn(server, webApp)
  const keys = createLocalJWKSet(JSON.parse(await (await server.get('/.well-known/jwks.json')).text()))
  const currentDate = new Date(server.clock.now * 1000)
  const { protectedHeader } = await jwtVerify(idToken, keys, { issuer, currentDate })
  assert.equal(protectedHeader.alg, 'RS256')
})

for (const nonce of ['n'.repeat(64), 'n'.repeat(4096), 'ключ "<&>"']) {
  test(`§3.1.2.1, §15.5.2 a nonce is returned unchanged: ${nonce.slice(0, 12)}, ${nonce.length} characters`, async () => {
    const { id_token: idToken } = await logIn(server, webApp, { nonce })
    assert.equal(decodeJwt(idToken)['nonce'], nonce)
  })
}

test('§2 a request without a nonce gets an ID token without one', async () => {
  assert.equal('nonce' in decodeJwt((await logIn(server, webApp)).id_token), false)
})

test('Back-Channel Logout §2.1 sid names the session: the same for all clients in a browser, another elsewhere', async () => {
  const agent = userAgentOf(server)
  const sidOf = async (client: ClientDeclaration, browser = agent) =>
    decodeJwt((await logIn(server, client, {}, browser)).id_token)['sid']
  const sid = await sidOf(webApp)
  assert.equal(await sidOf(singlePageApp), sid)
  assert.notEqual(await sidOf(webApp, userAgentOf(server)), sid)
  for (const cookie of agent.cookies.values()) assert.notEqual(cookie, sid)
})

test('§3.1.3.3 without the scope openid there is no ID token', async () => {
  assert.equal((await logIn(server, webApp, { scope: 'me' })).id_token, undefined)
})
