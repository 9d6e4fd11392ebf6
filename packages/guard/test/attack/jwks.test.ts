/** Attacks by way of keys: private, weak, ambiguous, too many (E22). What is unsound is left out, what is sound is used. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../../src/index.ts'
import { importJwk, readJwk } from '../../src/keys/jwk.ts'
import { importJwks, readJwks } from '../../src/keys/jwks.ts'
import { hasRocaFingerprint } from '../../src/keys/key-strength.ts'
import { jwkOf, makeGuard, rejectionOf } from '../support/guards.ts'
import { jwksPath, startIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { craft, encode, generatePair, makePairSigner } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const rsa = await makePairSigner('RS256', 'rsa-1')

/** Big-endian, without leading zeros. */
function numberText(value: bigint): string {
  const hex = value.toString(16)
  return encode(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))
}

/** A modulus as the faulty library made them: a power of 65537 modulo the product of the small primes. */
function makeRocaModulus(): bigint {
  let product = 2n
  for (let number = 3n; number <= 167n; number += 2n) if (isPrime(number)) product *= number
  let power = 1n
  for (let count = 0; count < 12_345; count++) power = (power * 65537n) % product
  return (2n ** 2047n / product + 1n) * product + power
}

function isPrime(number: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= number; divisor++) if (number % divisor === 0n) return false
  return true
}

const weak = await generatePair({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 1024,
  publicExponent: Uint8Array.of(1, 0, 1),
})
const weakJwk = await crypto.subtle.exportKey('jwk', weak.publicKey)

const unsound: readonly (readonly [what: string, jwk: unknown, fault: RegExp])[] = [
  ['a private EC key', { ...signer.privateKey.export({ format: 'jwk' }), kid: 'x' }, /private member d$/],
  ['a private RSA key', { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'x' }, /private member d$/],
  ['a public key with a member of a secret one', jwkOf(signer, { k: 'AAAA' }), /private member k$/],
  ['a public key with one prime', jwkOf(rsa, { p: 'AAAA' }), /private member p$/],
  ['a secret', { kty: 'oct', k: encode('x'.repeat(32)), alg: 'HS256' }, /its kty and crv/],
  ['RSA of 1024 bits', weakJwk, /shorter than 2048 bits/],
  [
    'RSA of 1024 bits behind zeros',
    { ...weakJwk, n: encode(Buffer.concat([Buffer.alloc(128), Buffer.from(weakJwk.n ?? '', 'base64url')])) },
    /shorter than 2048 bits/,
  ],
  ['RSA of 2047 bits', jwkOf(rsa, { n: numberText(2n ** 2047n - 1n) }), /shorter than 2048 bits/],
  ['RSA of 8200 bits', jwkOf(rsa, { n: numberText(2n ** 8199n + 1n) }), /longer than 8192 bits/],
  ['an exponent of 1', jwkOf(rsa, { e: 'AQ' }), /exponent/],
  ['an exponent of 3', jwkOf(rsa, { e: 'Aw' }), /exponent/],
  ['an exponent of 65535', jwkOf(rsa, { e: numberText(65_535n) }), /exponent/],
  ['an exponent of 65 bits', jwkOf(rsa, { e: numberText(2n ** 64n + 1n) }), /exponent/],
  ['an exponent as long as the modulus', jwkOf(rsa, { e: numberText(2n ** 2040n + 1n) }), /exponent/],
  ['an even exponent', jwkOf(rsa, { e: numberText(65_538n) }), /exponent/],
  ['a modulus of the ROCA library', jwkOf(rsa, { n: numberText(makeRocaModulus()) }), /CVE-2017-15361/],
  ['a key for encryption', jwkOf(signer, { use: 'enc' }), /its use is "enc"/],
  ['a use that is no text', jwkOf(signer, { use: ['sig'] }), /its use is array of 1/],
  ['a key that may only sign', jwkOf(signer, { key_ops: ['sign'] }), /key_ops/],
  ['key_ops that are a text', jwkOf(signer, { key_ops: 'verify' }), /key_ops/],
  ['an unknown algorithm', jwkOf(signer, { alg: 'ES256K' }), /its alg must be/],
  ['another curve', jwkOf(signer, { crv: 'secp256k1' }), /its kty and crv/],
  ['no kty', jwkOf(signer, { kty: undefined }), /its kty and crv/],
  ['a number for kid', jwkOf(signer, { kid: 1 }), /its kid must be/],
  ['an empty kid', jwkOf(signer, { kid: '' }), /its kid must be/],
  ['a kid of 64 KiB', jwkOf(signer, { kid: 'x'.repeat(65_536) }), /its kid must be/],
  ['no y', jwkOf(signer, { y: undefined }), /its x and y must be base64url/],
  ['an x that is no base64url', jwkOf(signer, { x: '+/==' }), /its x and y must be base64url/],
  ['an empty x', jwkOf(signer, { x: '' }), /its x and y must be base64url/],
  ['a number for n', jwkOf(rsa, { n: 7 }), /its n and e must be base64url/],
  ['null', null, /not an object/],
  ['an array', [], /not an object/],
  ['a text', 'key', /not an object/],
]
for (const [what, jwk, fault] of unsound) {
  test(`E22 ${what} is left out of a set, and the sound key beside it is used`, async () => {
    const reading = readJwk(jwk)
    assert.ok(!reading.ok)
    assert.match(reading.fault, fault)
    assert.ok(reading.fault.length < 200)
    const { jwks, ignored } = readJwks({ keys: [jwk, jwkOf(signer)] })
    assert.deepEqual([jwks.map(({ keyId }) => keyId), ignored.length], [['key-1'], 1])
  })
}

for (const [what, members] of [
  ['a point off its curve', { y: encode(Buffer.alloc(32, 7)) }],
  ['a point at zero', { x: encode(Buffer.alloc(32)), y: encode(Buffer.alloc(32)) }],
  ['coordinates that are too long', { x: encode(Buffer.alloc(33, 7)) }],
] as const) {
  test(`E22 ${what} is no key, and the sound key beside it is used`, async () => {
    const reading = readJwk(jwkOf(signer, { kid: 'off', ...members }))
    assert.ok(reading.ok)
    assert.equal(await importJwk(reading.jwk), undefined)
    const jwks = { keys: [jwkOf(signer, { kid: 'off', ...members }), jwkOf(signer)] }
    const guard = makeGuard([], { jwks })
    await assertPasses(guard, craft(signer))
    await assertRequestRejected(guard, craft(signer, { header: { kid: 'off' } }), 401, 'key_unknown')
  })
}

test('E22 a guard whose only key is a point off its curve lets nothing pass', async () => {
  const guard = makeGuard([], { jwks: { keys: [jwkOf(signer, { y: encode(Buffer.alloc(32, 7)) })] } })
  for (const _attempt of [1, 2]) await assertRequestRejected(guard, craft(signer), 503, 'verification_failed')
})

test('E22 of two keys with one kid none is used', async () => {
  const other = await makePairSigner('ES256', 'key-1')
  const guard = makeGuard([signer, other, rsa])
  await assertRequestRejected(guard, craft(signer), 401, 'key_unknown')
  await assertRequestRejected(guard, craft(other), 401, 'key_unknown')
  await assertPasses(guard, craft(rsa))
})

test('E22 of several keys, one without kid is not used', async () => {
  const lone = await makePairSigner('ES256')
  const guard = makeGuard([], { jwks: { keys: [jwkOf(lone, { kid: undefined }), jwkOf(rsa), jwkOf(signer)] } })
  await assertRequestRejected(guard, craft(lone), 401, 'key_unknown')
  await assertPasses(guard, craft(rsa))
})

test('E22 of a mixed set the secret is no key: a token signed with it is rejected', async () => {
  const secret = { kty: 'oct', kid: 'shared', k: encode('x'.repeat(32)), alg: 'HS256' }
  assert.deepEqual(
    (await importJwks(readJwks({ keys: [secret, jwkOf(rsa)] }))).map(({ algorithm }) => algorithm),
    ['RS256'],
  )
})

test('E22 a set of 10,000 keys is rejected whole', () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => jwkOf(signer, { kid: `key-${index}` }))
  assert.throws(() => makeGuard([], { jwks: { keys } }), { name: 'TypeError', message: /at most 100 keys/ })
})

test('E22 a set of 5 MB is not read to its end', async (t) => {
  const issuer = await startIssuer(t)
  issuer.serve(jwksPath, () => ({ body: { keys: [jwkOf(issuer.signer)], filler: 'x'.repeat(5_000_000) } }))
  const told: string[] = []
  const onFailure = ({ message }: { message: string }) => told.push(message)
  const guard = createGuard({ issuer: issuer.url, audience: 'x', onFailure })
  assert.equal((await rejectionOf(guard.checkToken(craft(issuer.signer)))).status, 503)
  assert.deepEqual(told, ['the response is longer than 524288 bytes'])
})

test('E22 sound moduli have no fingerprint of the ROCA library', async () => {
  const { n = '' } = rsa.publicKey.export({ format: 'jwk' })
  assert.ok(!hasRocaFingerprint(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)))
  assert.ok(hasRocaFingerprint(makeRocaModulus()))
  assert.ok(!hasRocaFingerprint(makeRocaModulus() + 2n))
})
