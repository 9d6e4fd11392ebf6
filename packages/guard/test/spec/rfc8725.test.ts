/** RFC 8725: JSON Web Token best current practices. */
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { type Algorithm, createVerifier, type VerificationKey } from '../../src/jwt/verifier.ts'
import { craft, generatePair, importSecret, makeSigner } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier } from '../support/verifiers.ts'

const algorithms: readonly Algorithm[] = ['HS256', 'ES256', 'RS256', 'EdDSA']
const signers = await Promise.all(algorithms.map((algorithm) => makeSigner(algorithm)))

for (const { algorithm: declared } of signers) {
  for (const { algorithm: actual, verification } of signers) {
    if (declared === actual) continue
    test(`§3.1 an ${actual} key cannot be configured as ${declared}`, () => {
      assert.throws(() => createKeys({ algorithm: declared, key: verification.key }), {
        name: 'TypeError',
        message: new RegExp(`keys\\[0\\]\\.key must be an? .*as its algorithm is ${declared}`),
      })
    })
  }
}

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: Uint8Array.of(1, 0, 1) }
const unfit: readonly (readonly [what: string, algorithm: Algorithm, key: () => Promise<webcrypto.CryptoKey>])[] = [
  ['RSA of 1024 bits', 'RS256', async () => (await generatePair({ ...rsa, modulusLength: 1024 })).publicKey],
  [
    'RSA with exponent 3',
    'RS256',
    async () => (await generatePair({ ...rsa, modulusLength: 2048, publicExponent: Uint8Array.of(3) })).publicKey,
  ],
  [
    'RSA with SHA-512',
    'RS256',
    async () => (await generatePair({ ...rsa, hash: 'SHA-512', modulusLength: 2048 })).publicKey,
  ],
  ['RSA-PSS', 'RS256', async () => (await generatePair({ ...rsa, name: 'RSA-PSS', modulusLength: 2048 })).publicKey],
  ['P-384', 'ES256', async () => (await generatePair({ name: 'ECDSA', namedCurve: 'P-384' })).publicKey],
  ['a private key', 'ES256', async () => (await generatePair({ name: 'ECDSA', namedCurve: 'P-256' })).privateKey],
  ['a secret of 31 bytes', 'HS256', () => importSecret(new Uint8Array(31))],
  [
    'HMAC with SHA-512',
    'HS256',
    () => webcrypto.subtle.importKey('raw', new Uint8Array(64), { name: 'HMAC', hash: 'SHA-512' }, false, ['verify']),
  ],
  [
    'an HMAC key that may only sign',
    'HS256',
    () => webcrypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  ],
]
for (const [what, algorithm, makeKey] of unfit) {
  test(`§3.1, §3.5 ${what} is rejected for ${algorithm}`, async () => {
    const key = await makeKey()
    assert.throws(() => createKeys({ algorithm, key }), { name: 'TypeError', message: /^keys\[0\]\.key m/ })
  })
}

test('§3.1 an algorithm that is not known is rejected, whatever its name', async () => {
  const key = await importSecret(new Uint8Array(32))
  for (const algorithm of ['none', 'HS512', 'hs256', '__proto__', 'constructor', '']) {
    // @ts-expect-error: what JavaScript may pass
    assert.throws(() => createKeys({ algorithm, key }), {
      name: 'TypeError',
      message: /algorithm must be one of HS256/,
    })
  }
})

test('§3.1 a key that is not a CryptoKey is rejected: no key is guessed from text', () => {
  for (const key of ['supersecretkey', '-----BEGIN PUBLIC KEY-----', Buffer.alloc(32), { kty: 'oct', k: 'AA' }, null]) {
    // @ts-expect-error: what JavaScript may pass
    assert.throws(() => createKeys({ algorithm: 'HS256', key }), { name: 'TypeError', message: /must be a CryptoKey/ })
  }
})

test('§3.1 two keys may not share an id, and each of several needs one', async () => {
  const [one, two, nameless] = await Promise.all([
    makeSigner('ES256', 'a'),
    makeSigner('RS256', 'a'),
    makeSigner('ES256'),
  ])
  assert.throws(() => createKeys(one.verification, two.verification), /keys\[1\]\.keyId is taken/)
  assert.throws(() => createKeys(one.verification, nameless.verification), /keys\[1\]\.keyId is missing/)
})

test('§3.1 a key id is a text of 1 to 256 characters', async () => {
  const { verification } = await makeSigner('ES256')
  for (const keyId of ['', 'k'.repeat(257), 1]) {
    // @ts-expect-error: what JavaScript may pass
    assert.throws(() => createKeys({ ...verification, keyId }), /keys\[0\]\.keyId must be/)
  }
})

test('§3.1 keys that are no list are rejected', () => {
  // @ts-expect-error: what JavaScript may pass
  assert.throws(() => createVerifier({ type: 'JWT', keys: {} }), /keys must be an array/)
})

test('§3.1 changing a key object after the fact does not change its algorithm', async () => {
  const signer = await makeSigner('ES256')
  const given: { algorithm: Algorithm; key: VerificationKey['key'] } = { ...signer.verification }
  const verifier = makeVerifier([], { keys: [given] })
  given.algorithm = 'HS256'
  await assertVerified(verifier, craft(signer))
})

test('§3.1 without keys nothing passes', async () => {
  const [signer] = [await makeSigner('ES256', 'a')]
  await assertRejected(makeVerifier([]), craft(signer), 'key_unknown')
  await assertRejected(makeVerifier([]), craft(signer, { header: { kid: undefined } }), 'key_unknown')
})

test('§3.12 another set of keys makes other tokens valid', async () => {
  const [before, after] = await Promise.all([makeSigner('ES256', 'a'), makeSigner('EdDSA', 'b')])
  const verifier = makeVerifier([before])
  await assertVerified(verifier, craft(before))
  verifier.replaceKeys([after.verification])
  await assertVerified(verifier, craft(after))
  await assertRejected(verifier, craft(before), 'key_unknown')
})

test('§3.1 replacing keys by unfit ones throws and keeps what was', async () => {
  const [signer, rs256] = await Promise.all([makeSigner('ES256', 'a'), makeSigner('RS256', 'b')])
  const verifier = makeVerifier([signer])
  const wrong: VerificationKey = { keyId: 'b', algorithm: 'HS256', key: rs256.verification.key }
  assert.throws(() => verifier.replaceKeys([wrong]), TypeError)
  await assertVerified(verifier, craft(signer))
})

function createKeys(...keys: VerificationKey[]): void {
  createVerifier({ type: 'at+jwt', keys })
}

test('§3.5 a short HS256 secret is accepted only where the key says that it is unsafe', async () => {
  const key = await importSecret(new Uint8Array(Buffer.from('supersecretkey')))
  assert.throws(() => createKeys({ algorithm: 'HS256', key }), { name: 'TypeError' })
  assert.throws(() => createKeys({ algorithm: 'HS256', key, unsafeShortSecret: false }), { name: 'TypeError' })
  assert.doesNotThrow(() => createKeys({ algorithm: 'HS256', key, unsafeShortSecret: true }))
})
