/** Attacks on the algorithm: E1, E2, E4. */
import assert from 'node:assert/strict'
import { constants, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  craft,
  craftParts,
  encode,
  headerOf,
  hmac,
  makePairSigner,
  makeSigner,
  validClaims,
} from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier, rejectionOf } from '../support/verifiers.ts'

const es256 = await makePairSigner('ES256', 'ec')
const rs256 = await makePairSigner('RS256', 'rsa')
const eddsa = await makePairSigner('EdDSA', 'ed')
const hs256 = await makeSigner('HS256', 'secret')
const verifier = makeVerifier([es256, rs256, eddsa, hs256])
const payload = encode(JSON.stringify(validClaims))

/** Any header beside good claims, with any signature. */
function forge(header: object, signInput: (input: string) => Uint8Array): string {
  return craftParts(encode(JSON.stringify(header)), payload, signInput)
}

test('the tokens that the attacks start from pass', async () => {
  for (const signer of [es256, rs256, eddsa, hs256]) await assertVerified(verifier, craft(signer))
})

for (const alg of [
  'none',
  'None',
  'NONE',
  'nOnE',
  '',
  undefined,
  0,
  256,
  null,
  true,
  ['ES256'],
  ['none'],
  { alg: 'ES256' },
]) {
  test(`E1 alg: ${JSON.stringify(alg)} is rejected with any signature or none`, async () => {
    const header = { ...headerOf(es256), alg }
    const expected = typeof alg === 'string' ? 'algorithm_mismatch' : 'header_invalid'
    await assertRejected(
      verifier,
      forge(header, () => Buffer.alloc(0)),
      'token_malformed',
    )
    await assertRejected(
      verifier,
      forge(header, () => es256.sign('another token')),
      expected,
    )
    await assertRejected(verifier, forge(header, es256.sign), expected)
    await assertRejected(makeVerifier([es256]), forge({ ...header, kid: undefined }, es256.sign), expected)
  })
}

test('E1 the signature of another token is rejected', async () => {
  for (const signer of [es256, rs256, eddsa, hs256]) {
    const [, , signature] = craft(signer, { claims: { sub: 'another' } }).split('.')
    const [header, claims] = craft(signer).split('.')
    await assertRejected(verifier, `${header}.${claims}.${signature}`, 'signature_mismatch')
  }
})

/** Every text or byte string that a public key is known by. */
function spellings(key: KeyObject): ReadonlyMap<string, string | Uint8Array> {
  const pem = String(key.export({ type: 'spki', format: 'pem' }))
  const jwk = key.export({ format: 'jwk' })
  const numbers = Buffer.from(jwk.n ?? jwk.x ?? '', 'base64url')
  const sshFields = [Buffer.from('ssh-key'), Buffer.from(jwk.e ?? '', 'base64url'), numbers]
  const ssh = Buffer.concat(sshFields.flatMap((field) => [Buffer.from([0, 0, field.length >> 8, field.length]), field]))
  return new Map<string, string | Uint8Array>([
    ['PEM', pem],
    ['PEM without the last newline', pem.trimEnd()],
    ['PEM with one more newline', `${pem}\n`],
    ['PEM after a space', ` ${pem}`],
    ['PEM after a newline', `\n${pem}`],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM after junk', `junk${pem}`],
    ['PEM body', pem.split('\n').slice(1, -2).join('')],
    ['DER', key.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwk)],
    ['JWK set', JSON.stringify({ keys: [jwk] })],
    ['SSH', `ssh-key ${ssh.toString('base64')}`],
    ['the numbers alone', numbers],
    ['nothing', ''],
  ])
}

for (const signer of [es256, rs256, eddsa]) {
  for (const [spelling, secret] of spellings(signer.publicKey)) {
    test(`E2 HS256 with the public ${signer.algorithm} key as secret is rejected: ${spelling}`, async () => {
      const forged = (kid?: string): string =>
        forge({ alg: 'HS256', typ: 'at+jwt', kid }, (input) => hmac(secret, input))
      await assertRejected(verifier, forged(signer.verification.keyId), 'algorithm_mismatch')
      await assertRejected(makeVerifier([signer]), forged(), 'algorithm_mismatch')
      await assertRejected(verifier, forged('secret'), 'signature_mismatch')
      await assertRejected(verifier, forged(), 'key_unknown')
    })
  }
}

for (const [alg, digest] of [
  ['RS384', 'sha384'],
  ['RS512', 'sha512'],
  ['PS256', 'sha256'],
  ['PS512', 'sha512'],
] as const) {
  test(`E4 ${alg} with an RS256 key is rejected`, async () => {
    const padding = alg.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
    const signInput = (input: string): Buffer => sign(digest, Buffer.from(input), { key: rs256.privateKey, padding })
    await assertRejected(verifier, forge({ ...headerOf(rs256), alg }, signInput), 'algorithm_mismatch')
    await assertRejected(verifier, forge(headerOf(rs256), signInput), 'signature_mismatch')
  })
}

for (const alg of ['ES384', 'ES512', 'ES256K', 'es256', 'ES256 ', 'ECDSA', 'EdDSA', 'RS256', 'HS256', '__proto__']) {
  test(`E4 ${alg} with a P-256 key is rejected`, async () => {
    await assertRejected(verifier, forge({ ...headerOf(es256), alg }, es256.sign), 'algorithm_mismatch')
  })
}

for (const alg of ['Ed25519', 'Ed448', 'EDDSA', 'ES256']) {
  test(`E4 ${alg} with an Ed25519 key is rejected`, async () => {
    await assertRejected(verifier, forge({ ...headerOf(eddsa), alg }, eddsa.sign), 'algorithm_mismatch')
  })
}

test('E4 the rejection names both algorithms, and nothing of the token', async () => {
  const rejection = await rejectionOf(verifier, forge({ ...headerOf(rs256), alg: 'RS512' }, rs256.sign))
  assert.deepEqual([rejection.expected, rejection.received], ['RS256', '"RS512"'])
})
