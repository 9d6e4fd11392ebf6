/** RFC 9068: JWT profile for access tokens (`type: 'at+jwt'`). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerifier } from '../../src/jwt/verifier.ts'
import { audience, craft, craftClaim, issuer, makeSigner, testTime, validClaims } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier } from '../support/verifiers.ts'

const signer = await makeSigner('ES256', 'key-1')
const verifier = makeVerifier([signer])

test('§2.2 what an access token says is answered by name', async () => {
  assert.deepEqual(await assertVerified(verifier, craft(signer)), {
    subject: 'tim',
    scopes: ['me', 'items'],
    clientId: 'app',
    tokenId: 'token-1',
    expiresAt: testTime + 600,
    claims: validClaims,
  })
})

for (const type of ['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'APPLICATION/AT+JWT']) {
  test(`§2.1 typ ${type} is an access token`, async () => {
    await assertVerified(verifier, craft(signer, { header: { typ: type } }))
  })
}

for (const type of [
  undefined,
  'JWT',
  'application/jwt',
  'at+jwt ',
  'text/at+jwt',
  'application/application/at+jwt',
  7,
]) {
  test(`§4 typ ${type} is rejected`, async () => {
    await assertRejected(verifier, craft(signer, { header: { typ: type } }), 'type_mismatch')
  })
}

test('§2.2 iss is required and compared whole', async () => {
  for (const iss of [undefined, '', `${issuer}/`, issuer.toUpperCase(), `${issuer}.evil.example`, [issuer], null]) {
    await assertRejected(verifier, craft(signer, { claims: { iss } }), 'issuer_mismatch')
  }
})

test('§2.2 aud is required and compared whole', async () => {
  for (const aud of [undefined, '', `${audience}/`, audience.toUpperCase(), 'https://other.example', null]) {
    await assertRejected(verifier, craft(signer, { claims: { aud } }), 'audience_mismatch')
  }
})

test('§4 aud may be a list that contains the resource server', async () => {
  await assertVerified(verifier, craft(signer, { claims: { aud: ['https://other.example', audience] } }))
  await assertRejected(verifier, craft(signer, { claims: { aud: ['https://other.example'] } }), 'audience_mismatch')
})

test('§4 without a configured issuer or audience neither is compared, but both keep their form', async () => {
  const open = createVerifier({ type: 'at+jwt', keys: [signer.verification], now: () => testTime })
  await assertVerified(open, craft(signer, { claims: { iss: undefined, aud: undefined } }))
  await assertVerified(open, craft(signer, { claims: { iss: 'anyone', aud: ['anything'] } }))
  await assertRejected(open, craft(signer, { claims: { iss: 1 } }), 'issuer_mismatch')
  await assertRejected(open, craft(signer, { claims: { aud: { 0: audience } } }), 'audience_mismatch')
})

test('§2.2 exp is required', async () => {
  await assertRejected(verifier, craft(signer, { claims: { exp: undefined } }), 'expiry_missing')
})

test('§2.2 sub is required', async () => {
  await assertRejected(verifier, craft(signer, { claims: { sub: undefined } }), 'subject_invalid')
})

test('§2.2 client_id must be a string when there is one, and may be a long URL', async () => {
  const url = `https://app.example/${'x'.repeat(2000)}`
  assert.equal((await assertVerified(verifier, craft(signer, { claims: { client_id: url } }))).clientId, url)
  assert.equal(
    (await assertVerified(verifier, craft(signer, { claims: { client_id: undefined } }))).clientId,
    undefined,
  )
  // In a token that a client gets for itself, sub is the client id.
  assert.equal((await assertVerified(verifier, craft(signer, { claims: { sub: url, client_id: url } }))).subject, url)
  for (const json of ['1', 'null', '""', '["app"]', '"a\\u0000"', `"${'x'.repeat(2049)}"`]) {
    await assertRejected(verifier, craftClaim(signer, 'client_id', json), 'client_id_invalid')
  }
})

test('§2.2.1 auth_time and what else is signed is left in claims', async () => {
  const more = { auth_time: 5, roles: ['a', { b: 1 }] }
  const { claims } = await assertVerified(verifier, craft(signer, { claims: more }))
  assert.deepEqual(claims, { ...validClaims, ...more })
})

test('§2.2.3 scope is optional, and a string', async () => {
  assert.equal((await assertVerified(verifier, craft(signer, { claims: { scope: undefined } }))).scopes, undefined)
  await assertRejected(verifier, craft(signer, { claims: { scope: ['me'] } }), 'scope_invalid')
})

for (const algorithm of ['ES256', 'RS256', 'EdDSA', 'HS256'] as const) {
  test(`§2.1 a token signed with ${algorithm} passes`, async () => {
    const other = await makeSigner(algorithm, 'key-2')
    await assertVerified(makeVerifier([signer, other]), craft(other))
  })
}
