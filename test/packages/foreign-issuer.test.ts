/** guard with another issuer, oidc-provider: its JWTs by discovery, and those that are bound to a key of the client. */
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createGuard, Rejection } from '@countersign/guard'
import { createDpop } from '@countersign/guard/dpop'
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose'
import { startForeignIssuer } from '../support/foreign-issuer.ts'

const api = 'https://api.example/'
const service = { client_id: 'service', client_secret: 'a-secret-of-the-service-long-enough' }

interface Keys {
  readonly ES256: KeyObject
  readonly RS256: KeyObject
}

const keys: Keys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
}

/** Its access tokens for the API are JWTs with that algorithm. */
function startIssuer(t: TestContext, algorithm: keyof Keys): Promise<string> {
  const server = { scope: 'items admin', audience: api, accessTokenFormat: 'jwt', jwt: { sign: { alg: algorithm } } }
  return startForeignIssuer(t, {
    jwks: { keys: Object.entries(keys).map(([alg, key]) => ({ ...key.export({ format: 'jwk' }), alg, use: 'sig' })) },
    scopes: ['items', 'admin'],
    clients: [{ ...service, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: { enabled: true, defaultResource: () => api, getResourceServerInfo: () => server },
    },
  })
}

async function newToken(issuer: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const authorization = `Basic ${btoa(`${service.client_id}:${service.client_secret}`)}`
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'items' })
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers: { authorization, ...headers }, body })
  const text = await response.text()
  assert.equal(response.status, 200, text)
  return JSON.parse(text).access_token
}

function isRejection(status: number) {
  return (error: unknown) => error instanceof Rejection && error.status === status
}

for (const algorithm of ['ES256', 'RS256'] as const) {
  test(`${algorithm} access tokens are accepted by discovery, only for their API and their scopes`, async (t) => {
    const issuer = await startIssuer(t, algorithm)
    const token = await newToken(issuer)
    const guard = createGuard({ issuer, audience: api })
    const access = await guard.checkToken(token, { scopes: ['items'] })
    assert.equal(access.clientId, 'service')
    assert.deepEqual(access.scopes, ['items'])
    await assert.rejects(guard.checkToken(token, { scopes: ['admin'] }), isRejection(403))
    await assert.rejects(
      createGuard({ issuer, audience: 'https://other.example/' }).checkToken(token),
      isRejection(401),
    )
  })
}

test('DPoP-bound access tokens are accepted with a proof of their key for the same request, and never as bearer tokens', async (t) => {
  const issuer = await startIssuer(t, 'ES256')
  const guard = createGuard({ issuer, audience: api, dpop: createDpop() })
  const pair = await generateKeyPair('ES256')
  const token = await newToken(issuer, { dpop: await prove(pair, `${issuer}/token`, 'POST') })
  const request = (authorization: string, proof: string) =>
    new Request(`${api}items`, { headers: { authorization, dpop: proof } })
  const proof = () => prove(pair, `${api}items`, 'GET', token)
  assert.equal((await guard.check(request(`DPoP ${token}`, await proof()))).clientId, 'service')
  await assert.rejects(guard.check(request(`Bearer ${token}`, await proof())), isRejection(401))
  const another = await prove(await generateKeyPair('ES256'), `${api}items`, 'GET', token)
  await assert.rejects(guard.check(request(`DPoP ${token}`, another)), isRejection(401))
})

/** A proof (RFC 9449 §4.2), with the hash of the access token when it is sent with one. */
async function prove(pair: GenerateKeyPairResult, url: string, method: string, token?: string): Promise<string> {
  const hash = token && { ath: createHash('sha256').update(token).digest('base64url') }
  return await new SignJWT({ htu: url, htm: method, jti: randomUUID(), ...hash })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(pair.publicKey) })
    .setIssuedAt()
    .sign(pair.privateKey)
}
