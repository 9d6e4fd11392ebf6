/** RFC 7517: JSON Web Keys and sets of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importJwks, readJwks } from '../../src/keys/jwks.ts'
import { jwkOf, makeGuard } from '../support/guards.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { craft, makePairSigner } from '../support/tokens.ts'

const first = await makePairSigner('ES256', 'key-1')
const second = await makePairSigner('ES256', 'key-2')

test('§5 members that are not known are left alone', async () => {
  const jwks = { keys: [{ ...jwkOf(first), x5t: 'x', 'https://example.com/': {} }], more: 1 }
  await assertPasses(makeGuard([], { jwks }), craft(first))
})

test('§5 keys that are not understood are ignored, and the others are used', async () => {
  const keys = [{ kty: 'OKP', crv: 'X25519', x: 'AA' }, { kty: 'AKP' }, {}, jwkOf(first)]
  await assertPasses(makeGuard([], { jwks: { keys } }), craft(first))
})

test('§4.5 the kid of a token chooses among the keys', async () => {
  const guard = makeGuard([first, second])
  await assertPasses(guard, craft(first))
  await assertPasses(guard, craft(second))
  await assertRequestRejected(guard, craft(first, { header: { kid: 'key-2' } }), 401, 'signature_mismatch')
  await assertRequestRejected(guard, craft(first, { header: { kid: undefined } }), 401, 'key_unknown')
})

test('§4.5 the only key of a set needs no kid, nor does its token', async () => {
  const lone = await makePairSigner('ES256')
  const guard = makeGuard([], { jwks: { keys: [jwkOf(lone, { kid: undefined })] } })
  await assertPasses(guard, craft(lone))
})

for (const use of [undefined, 'sig']) {
  test(`§4.2 a key with the use ${use} verifies`, async () => {
    await assertPasses(makeGuard([], { jwks: { keys: [jwkOf(first, { use })] } }), craft(first))
  })
}

test('§4.3 a key that may verify among other things verifies', async () => {
  const jwks = { keys: [jwkOf(first, { use: undefined, key_ops: ['verify', 'encrypt'] })] }
  await assertPasses(makeGuard([], { jwks }), craft(first))
})

test('§4.4 a key without alg is for the algorithm of its kind', async () => {
  const algorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA'] as const
  const signers = await Promise.all(algorithms.map((algorithm) => makePairSigner(algorithm, algorithm)))
  const keys = signers.map((signer) => jwkOf(signer, { alg: undefined }))
  const guard = makeGuard([], { jwks: { keys } })
  for (const signer of signers) await assertPasses(guard, craft(signer))
})

test('§5 a set of a hundred keys is read, and none that is larger', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => jwkOf(first, { kid: `key-${index}` }))
  assert.equal((await importJwks(readJwks({ keys }))).length, 100)
  assert.throws(() => readJwks({ keys: [...keys, jwkOf(first)] }), /at most 100 keys/)
})
