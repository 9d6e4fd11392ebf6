/** DPoP proofs that are none, made up, or signed by another: M1; and what a proof may have besides: M10. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  assertProven,
  assertUnproven,
  boundToken,
  hash,
  makeClient,
  makeProof,
  makeProvingGuard,
  requestWith,
  target,
} from '../support/proofs.ts'
import { craftParts, encode, hmac, testTime } from '../support/tokens.ts'

const client = await makeClient()
const other = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

test('M1 without a proof a bound token is rejected', async () => {
  const { status, headers } = await assertUnproven(guard, requestWith(token), 'proof_missing')
  assert.equal(status, 401)
  assert.match(headers['www-authenticate'] ?? '', /^DPoP error="invalid_dpop_proof"/)
})

test('M1 two DPoP headers are rejected, also when they are the same', async () => {
  const proof = makeProof(client, token)
  const { received } = await assertUnproven(guard, requestWith(token, [proof, proof]), 'proof_invalid')
  assert.equal(received, 'several')
  await assertUnproven(guard, requestWith(token, [proof, '']), 'proof_invalid')
  await assertProven(guard, requestWith(token, proof))
})

for (const text of [
  '',
  'proof',
  'a.b',
  'a.b.c',
  'e30.e30.',
  'e30.e30.AA',
  `${token}.AA`,
  '.'.repeat(8000),
  'A'.repeat(10_000),
]) {
  test(`M1 ${text.length} characters that are no JWT are no proof: ${text.slice(0, 10)}`, async () => {
    await assertUnproven(guard, requestWith(token, text), 'proof_invalid')
  })
}

for (const name of ['typ', 'alg', 'jwk']) {
  test(`M1 a proof without ${name} is rejected`, async () => {
    const proof = makeProof(client, token, { header: { [name]: undefined } })
    await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  })
}

for (const name of ['jti', 'htm', 'htu', 'iat', 'ath']) {
  test(`M1 a proof without ${name} is rejected`, async () => {
    const proof = makeProof(client, token, { claims: { [name]: undefined } })
    await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  })
}

for (const typ of ['JWT', 'at+jwt', 'dpop', 'dpop+jwt ', 'text/dpop+jwt', 1, ['dpop+jwt']]) {
  test(`M1 typ ${JSON.stringify(typ)} is rejected`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { typ } })), 'proof_invalid')
  })
}

for (const alg of ['none', 'None', 'HS256', 'ES384', 'RS256', 'ES256K', 7, null]) {
  test(`M1 alg ${JSON.stringify(alg)} with a P-256 key is rejected`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { alg } })), 'proof_invalid')
  })
}

test('M1 alg none without a signature is rejected', async () => {
  const [header, payload] = makeProof(client, token, { header: { alg: 'none' } }).split('.')
  await assertUnproven(guard, requestWith(token, `${header}.${payload}.`), 'proof_invalid')
})

test('M1 HS256 under a key in the proof is rejected', async () => {
  const secret = randomBytes(32)
  const header = encode(
    JSON.stringify({ typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: secret.toString('base64url') } }),
  )
  const [, payload = ''] = makeProof(client, token).split('.')
  const proof = craftParts(header, payload, (input) => hmac(secret, input))
  await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
})

test('M1 a proof that another key signed is rejected', async () => {
  const [header = '', payload = ''] = makeProof(client, token).split('.')
  const { received } = await assertUnproven(
    guard,
    requestWith(token, craftParts(header, payload, other.signer.sign)),
    'proof_invalid',
  )
  assert.equal(received, 'signature_mismatch')
})

test('M1 a private key in jwk is rejected, also the right one', async () => {
  const jwk = client.signer.privateKey.export({ format: 'jwk' })
  await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { jwk } })), 'proof_invalid')
  for (const name of ['p', 'q', 'dp', 'dq', 'qi', 'k']) {
    const proof = makeProof(client, token, { header: { jwk: { ...client.jwk, [name]: 'AAAA' } } })
    await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  }
})

const offCurve = { ...client.jwk, y: other.jwk['y'] }
for (const jwk of [
  null,
  'key',
  [],
  {},
  { kty: 'EC' },
  { ...client.jwk, crv: 'P-384' },
  { ...client.jwk, use: 'enc' },
  offCurve,
]) {
  test(`M1 jwk ${JSON.stringify(jwk).slice(0, 40)} is rejected`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { header: { jwk } })), 'proof_invalid')
  })
}

test('M1 crit, a member twice and claims that are no object are rejected', async () => {
  const jwk = JSON.stringify(client.jwk)
  const differences = [
    { header: { crit: ['x'], x: 1 } },
    { header: `{"typ":"dpop+jwt","alg":"none","alg":"ES256","jwk":${jwk}}` },
    { claims: `{"jti":"a","htm":"GET","htm":"GET","htu":"${target}","iat":${testTime},"ath":"${hash(token)}"}` },
    { claims: '[]' },
    { claims: 'null' },
  ]
  for (const difference of differences) {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, difference)), 'proof_invalid')
  }
})

test('E8 b64, crit and the members of a JWE are rejected, alone and together', async () => {
  for (const header of [
    { b64: false },
    { b64: true },
    { b64: false, crit: ['b64'] },
    { crit: [] },
    { enc: 'A256GCM' },
    { zip: 'DEF' },
  ]) {
    const { received } = await assertUnproven(
      guard,
      requestWith(token, makeProof(client, token, { header })),
      'proof_invalid',
    )
    assert.match(received ?? '', /^(b64|crit|enc|zip)$/)
  }
})

test('M10 members that RFC 9449 does not name are ignored, in the header, the key and the claims', async () => {
  const header = {
    kid: 'x',
    jku: 'https://evil.example/keys',
    x: { y: 1 },
    jwk: { ...client.jwk, ext: true, key_ops: ['verify'], note: 'x' },
  }
  const claims = { iss: 'x', sub: 7, aud: null, exp: 1, nbf: testTime + 9999, cnf: {}, nonce: 'not asked for', x: [1] }
  await assertProven(guard, requestWith(token, makeProof(client, token, { header, claims })))
})
