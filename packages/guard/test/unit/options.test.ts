/** The settings of a verifier. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerifier } from '../../src/jwt/verifier.ts'
import { craft, makeSigner, testTime } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier } from '../support/verifiers.ts'

const signer = await makeSigner('ES256')
const given = { type: 'at+jwt', keys: [signer.verification] } as const

const refused: readonly (readonly [option: object, message: RegExp])[] = [
  [{ type: 'jwt' }, /type must be 'at\+jwt', 'JWT' or 'minimal-jwt'/],
  [{ issuer: '' }, /issuer must be/],
  [{ audience: /api/ }, /audience must be/],
  [{ audience: ['a'] }, /audience must be/],
  [{ issuer: undefined }, /issuer is undefined: give it a value or leave it out/],
  [{ clockTolerance: 60.5 }, /clockTolerance must be 0 to 60 seconds/],
  [{ clockTolerance: -1 }, /clockTolerance/],
  [{ clockTolerance: Number.NaN }, /clockTolerance/],
  [{ clockTolerance: '30' }, /clockTolerance/],
  [{ maxTokenLength: 0 }, /maxTokenLength/],
  [{ maxTokenLength: Number.POSITIVE_INFINITY }, /maxTokenLength/],
  [{ maxLifetime: 0 }, /maxLifetime/],
  [{ maxLifetime: Number.POSITIVE_INFINITY }, /maxLifetime/],
  [{ cacheSize: 1 }, /cacheSize must be 0/],
  [{ cacheSize: -2 }, /cacheSize/],
  [{ cacheSize: 2.5 }, /cacheSize/],
  [{ cacheSize: 1e9 }, /cacheSize/],
  [{ now: testTime }, /now must be a function/],
  [{ audiense: 'x' }, /audiense is not an option of createVerifier: did you mean audience\?/],
  [{ clocktolerance: 5 }, /did you mean clockTolerance\?/],
  [{ key: 1 }, /did you mean keys\?/],
]
for (const [option, message] of refused) {
  test(`${Object.keys(option)} ${Object.values(option)} is rejected with ${message}`, () => {
    assert.throws(() => createVerifier({ ...given, ...option }), { name: 'TypeError', message })
  })
}

test('the bounds themselves are accepted', () => {
  createVerifier({ ...given, clockTolerance: 0, cacheSize: 0, maxTokenLength: 1, maxLifetime: 1 })
  createVerifier({ ...given, clockTolerance: 60, cacheSize: 2 })
})

test('without a clock, the time is now', async () => {
  const verifier = createVerifier(given)
  const seconds = Math.floor(Date.now() / 1000)
  await assertVerified(verifier, craft(signer, { claims: { iat: seconds, exp: seconds + 600 } }))
  await assertRejected(verifier, craft(signer, { claims: { iat: seconds - 20, exp: seconds - 10 } }), 'token_expired')
})

test('maxTokenLength counts characters, and the longest token passes', async () => {
  const token = craft(signer)
  await assertVerified(makeVerifier([signer], { maxTokenLength: token.length }), token)
  await assertRejected(makeVerifier([signer], { maxTokenLength: token.length - 1 }), token, 'token_too_long')
})

test('maxLifetime bounds exp to the second', async () => {
  const verifier = makeVerifier([signer], { maxLifetime: 600 })
  await assertVerified(verifier, craft(signer))
  await assertRejected(verifier, craft(signer, { claims: { exp: testTime + 601 } }), 'expiry_too_far')
})
