/** RFC 7518, RFC 8037, RFC 9864: signature algorithms. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Algorithm } from '../../src/jwt/verifier.ts'
import { jwkOf, makeGuard } from '../support/guards.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { craft, encode, makePairSigner, type PairSigner } from '../support/tokens.ts'

const algorithms: readonly (readonly [section: string, algorithm: Exclude<Algorithm, 'HS256'>])[] = [
  ['RFC 7518 §3.3', 'RS256'],
  ['RFC 7518 §3.3', 'RS384'],
  ['RFC 7518 §3.3', 'RS512'],
  ['RFC 7518 §3.4', 'ES256'],
  ['RFC 7518 §3.4', 'ES384'],
  ['RFC 7518 §3.4', 'ES512'],
  ['RFC 7518 §3.5', 'PS256'],
  ['RFC 7518 §3.5', 'PS384'],
  ['RFC 7518 §3.5', 'PS512'],
  ['RFC 8037 §3.1', 'EdDSA'],
  ['RFC 9864 §2.2', 'Ed25519'],
]
const signers = new Map<string, PairSigner>()
for (const [, algorithm] of algorithms) signers.set(algorithm, await makePairSigner(algorithm, 'key-1'))

for (const [section, algorithm] of algorithms) {
  const signer = signers.get(algorithm)
  assert.ok(signer)

  test(`${section} a token signed with ${algorithm} passes, and not with a bit changed`, async () => {
    const guard = makeGuard([signer])
    const token = craft(signer)
    await assertPasses(guard, token)
    const [header, claims, signature = ''] = token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[9] = (bytes[9] ?? 0) ^ 1
    await assertRequestRejected(guard, `${header}.${claims}.${encode(bytes)}`, 401, 'signature_mismatch')
  })

  test(`E4 a key for ${algorithm} verifies no other algorithm, whatever the header says`, async () => {
    const guard = makeGuard([signer])
    for (const [, other] of algorithms) {
      if (other === algorithm) continue
      await assertRequestRejected(guard, craft(signer, { header: { alg: other } }), 401, 'algorithm_mismatch')
    }
    for (const alg of ['ES256K', 'Ed448', 'HS256', 'none', 'None', '']) {
      await assertRequestRejected(guard, craft(signer, { header: { alg } }), 401, 'algorithm_mismatch')
    }
  })
}

test('E4 a key for ES256 whose alg names another curve, family or nothing known is not used', () => {
  for (const alg of ['ES384', 'RS256', 'ES256K', 'HS256', 'none', '', 256, null, ['ES256']]) {
    const signer = signers.get('ES256')
    assert.ok(signer)
    assert.throws(() => makeGuard([], { jwks: { keys: [jwkOf(signer, { alg })] } }), /its alg must be one of ES256/)
  }
})
