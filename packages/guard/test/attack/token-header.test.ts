/** Attacks through the header: E5, E6, E8, E14, E16, E17. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { craft, craftParts, encode, headerOf, makePairSigner, makeSigner, validClaims } from '../support/tokens.ts'
import { trapCryptography } from '../support/trap-cryptography.ts'
import { assertRejected, assertVerified, makeVerifier, rejectionOf } from '../support/verifiers.ts'

const signer = await makeSigner('ES256', 'key-1')
const second = await makeSigner('ES256', 'key-2')
const verifier = makeVerifier([signer, second])

const unknownKeyIds: readonly unknown[] = [
  'unknown',
  '',
  '../../dev/null',
  "' UNION SELECT 'key'; --",
  'https://evil.example/jwks',
  '__proto__',
  'constructor',
  'toString',
  'KEY-1',
  'key-1\u0000',
  undefined,
]
for (const kid of unknownKeyIds) {
  test(`E5 kid ${JSON.stringify(kid)} finds no key among two`, async () => {
    await assertRejected(verifier, craft(signer, { header: { kid } }), 'key_unknown')
  })
}

test('E5 a kid that is unknown is not replaced by a key with another kid, though it is the only one', async () => {
  await assertRejected(makeVerifier([signer]), craft(signer, { header: { kid: 'other' } }), 'key_unknown')
})

test('E5 a token with any kid is tried with the only key, when that has none, and must be signed with it', async () => {
  await assertRejected(makeVerifier([await makeSigner('ES256')]), craft(signer), 'signature_mismatch')
})

for (const kid of [['key-1'], { key: 'key-1' }, 1, null, true, 'k'.repeat(257)]) {
  test(`E5 kid ${JSON.stringify(kid).slice(0, 30)} is rejected`, async () => {
    await assertRejected(verifier, craft(signer, { header: { kid } }), 'header_invalid')
  })
}

test('E5 a kid of 64 KiB is rejected before it is decoded, or short of that when longer tokens are allowed', async () => {
  const token = craft(signer, { header: { kid: 'k'.repeat(65_536) } })
  await assertRejected(verifier, token, 'token_too_long')
  await assertRejected(makeVerifier([signer], { maxTokenLength: 200_000 }), token, 'header_invalid')
})

test('E5 what a rejection tells of a kid cannot forge a log line', async () => {
  const rejection = await rejectionOf(
    verifier,
    craft(signer, { header: { kid: 'a\r\nlevel=info "granted"\u001b[2J' } }),
  )
  assert.equal(rejection.received, '"a\\r\\nlevel=info \\"granted\\"\\u001b[2J"')
})

test('E6 a key in or behind the header is neither used nor fetched', async (t) => {
  const listener = createServer((socket) => socket.end())
  let connections = 0
  listener.on('connection', () => connections++)
  listener.listen(0, '127.0.0.1')
  t.after(() => listener.close())
  await once(listener, 'listening')
  const address = listener.address()
  assert.ok(typeof address === 'object' && address !== null)
  const url = `http://127.0.0.1:${address.port}/keys`

  const attacker = await makePairSigner('ES256', 'key-1')
  const jwk = attacker.publicKey.export({ format: 'jwk' })
  const certificate = attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const embedded = { jwk, jku: url, x5u: url, x5c: [certificate], x5t: 'AAAA', 'x5t#S256': 'AAAA' }
  for (const [name, value] of Object.entries(embedded)) {
    await assertRejected(verifier, craft(attacker, { header: { [name]: value } }), 'signature_mismatch')
    // RFC 7515 §4: a parameter that is not used is ignored.
    await assertVerified(verifier, craft(signer, { header: { [name]: value } }))
  }
  await assertRejected(verifier, craft(attacker, { header: embedded }), 'signature_mismatch')
  await assertRejected(verifier, craft(attacker, { header: { kid: url } }), 'key_unknown')
  await assertRejected(verifier, craft(attacker), 'signature_mismatch')

  // Our own connection comes last and is the only one: the listener listens, and nobody came before.
  assert.equal(connections, 0)
  await once(connect(address.port, '127.0.0.1').resume(), 'close')
  assert.equal(connections, 1)
})

test('E8 b64: false is rejected with and without crit', async () => {
  for (const header of [{ b64: false }, { b64: false, crit: ['b64'] }, { b64: true }, { b64: true, crit: ['b64'] }]) {
    await assertRejected(verifier, craft(signer, { header }), 'header_invalid')
  }
})

test('E8 an unencoded payload is rejected', async () => {
  const header = encode(JSON.stringify({ ...headerOf(signer), b64: false, crit: ['b64'] }))
  const text = JSON.stringify(validClaims).replaceAll('.', '')
  await assertRejected(verifier, craftParts(header, text, signer.sign), 'header_invalid')
  const plainHeader = encode(JSON.stringify(headerOf(signer)))
  await assertRejected(verifier, craftParts(plainHeader, text, signer.sign), 'token_malformed')
})

test('E8 a detached payload is rejected', async () => {
  const [header, , signature] = craft(signer).split('.')
  await assertRejected(verifier, `${header}..${signature}`, 'token_malformed')
})

const doubledHeaders: readonly string[] = [
  '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"key-1"}',
  '{"alg":"ES256","typ":"JWT","typ":"at+jwt","kid":"key-1"}',
  '{"alg":"ES256","typ":"at+jwt","kid":"key-2","kid":"key-1"}',
  '{"alg":"ES256","typ":"at+jwt","k\\u0069d":"key-2","kid":"key-1"}',
  '{"alg":"ES256","typ":"at+jwt","kid":"key-1","x":{"a":1,"a":2}}',
]
for (const header of doubledHeaders) {
  test(`E14 a header member twice is rejected: ${header}`, async () => {
    const rejection = await rejectionOf(verifier, craft(signer, { header }))
    assert.deepEqual([rejection.reason, rejection.received], ['header_invalid', 'duplicate_member'])
  })
}

const otherTypes: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['an ID token', 'JWT'],
  ['an ID token without typ', undefined],
  ['a logout token', 'logout+jwt'],
  ['a DPoP proof', 'dpop+jwt'],
  ['a client assertion', 'client-authentication+jwt'],
  ['a request object', 'oauth-authz-req+jwt'],
  ['a JARM response', 'oauth-authz-resp+jwt'],
  ['an introspection response', 'token-introspection+jwt'],
  ['a security event', 'secevent+jwt'],
  ['a refresh token', 'rt+jwt'],
  ['a look-alike', 'at+jwt;v=1'],
  ['a list', ['at+jwt']],
])
for (const [what, typ] of otherTypes) {
  test(`E16 ${what} is no access token`, async () => {
    await assertRejected(verifier, craft(signer, { header: { typ } }), 'type_mismatch')
  })
}

test('E16 an access token is not taken for a plain JWT with the same key', async () => {
  await assertRejected(makeVerifier([signer], { type: 'minimal-jwt' }), craft(signer), 'type_mismatch')
})

/** As Entra makes it: signed with the digest of the nonce in its header. */
function craftForGraph(typ: string): string {
  const nonce = 'AQABAAAAAADX'
  const signed = craft(signer, { header: { typ, nonce: encode(createHash('sha256').update(nonce).digest()) } })
  const [, payload, signature] = signed.split('.')
  return `${encode(JSON.stringify({ ...headerOf(signer), typ, nonce }))}.${payload}.${signature}`
}

for (const [type, reason] of [
  ['JWT', 'signature_mismatch'],
  ['at+jwt', 'type_mismatch'],
] as const) {
  test(`E16 a token of Entra for Microsoft Graph is no token for this API, which a rejection says: ${reason}`, async () => {
    const rejection = await rejectionOf(makeVerifier([signer], { type }), craftForGraph('JWT'))
    assert.equal(rejection.reason, reason)
    assert.match(rejection.expected ?? '', /a token for this API: .* Microsoft Graph, which no other API can check$/)
  })
}

const encrypted: ReadonlyMap<string, string> = new Map([
  ['a JWE of five parts', `${encode('{"alg":"RSA-OAEP","enc":"A256GCM"}')}.AAAA.AAAA.AAAA.AAAA`],
  ['a JWE with a direct key', `${encode('{"alg":"dir","enc":"A256GCM"}')}..AAAA.AAAA.AAAA`],
  ['a JWE of five parts around a good token', `${craft(signer)}.AAAA.AAAA`],
  [
    'PBES2 with 2^31 rounds',
    `${encode('{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483648}')}.AAAA.AAAA.AAAA.AAAA`,
  ],
  ['PBES2 in three parts', craft(signer, { header: { alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31, p2s: 'AAAA' } })],
  ['enc in three parts', craft(signer, { header: { enc: 'A256GCM' } })],
  ['zip: DEF', craft(signer, { header: { zip: 'DEF' } })],
  ['RSA1_5', craft(signer, { header: { alg: 'RSA1_5' } })],
])
for (const [what, token] of encrypted) {
  test(`E17 ${what} is rejected before any cryptography`, async (t) => {
    const trap = trapCryptography(t)
    const { reason } = await rejectionOf(makeVerifier([signer]), token)
    assert.ok(['token_malformed', 'header_invalid', 'algorithm_mismatch'].includes(reason), reason)
    assert.equal(trap.uses(), 0)
  })
}

test('E17 the trap that the cases above rely on does go off on a good token', async (t) => {
  const trap = trapCryptography(t)
  await assertRejected(makeVerifier([signer]), craft(signer), 'verification_failed')
  assert.ok(trap.uses() > 0)
})
