/** Attacks on where keys come from: unknown ids (E5, E32), weak keys (E22), keys that were taken away (E24); for an issuer that is away see issuer-outage.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard, type Guard } from '../../src/index.ts'
import { until } from '../support/followed-feed.ts'
import { followKeys } from '../support/followed-keys.ts'
import { jwkOf, rejectionOf } from '../support/guards.ts'
import { jwksPath, metadataPath } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, makePairSigner, type PairSigner, testTime } from '../support/tokens.ts'

const next = await makePairSigner('ES256', 'key-2')

test('E5 a token of a key that was published since passes, by fetching the keys once more', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  publish(issuer.signer, next)
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf(next))
  await assertPasses(guard, tokenOf())
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E5 a token of a key that was published a moment after the keys were fetched waits for the cooldown', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  publish(issuer.signer, next)
  clock.moveTo(testTime + 30)
  await assertRequestRejected(guard, tokenOf(next), 401, 'key_unknown')
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf(next))
})

for (const keyId of ['../../dev/null', "' UNION SELECT", 'https://evil.example/jwks', '__proto__', 'constructor', '']) {
  test(`E5 a token with the kid ${JSON.stringify(keyId)} is looked up in memory alone`, async (t) => {
    const { issuer, guard, tokenOf } = await followKeys(t)
    await assertRequestRejected(guard, tokenOf(issuer.signer, { kid: keyId }), 401, 'key_unknown')
    assert.equal(issuer.countOf(), 2)
  })
}

test('E5 of a set of one key without kid, the key that took its place is fetched when a signature does not fit', async (t) => {
  const { issuer, guard, clock, tokenOf } = await followKeys(t)
  const lone = (signer: PairSigner) =>
    issuer.serve(jwksPath, () => ({ body: { keys: [jwkOf(signer, { kid: undefined })] } }))
  lone(issuer.signer)
  await assertPasses(guard, tokenOf(issuer.signer, { kid: 'any' }))
  lone(next)
  await assertRequestRejected(guard, tokenOf(next), 401, 'signature_mismatch')
  assert.equal(issuer.countOf(jwksPath), 1)
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf(next))
  await assertRequestRejected(guard, tokenOf(), 401, 'signature_mismatch')
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E32 a forged token for a key with a kid fetches nothing', async (t) => {
  const { issuer, guard, clock, tokenOf } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  clock.moveTo(testTime + 31)
  await assertRequestRejected(guard, tokenOf(next, { kid: 'key-1' }), 401, 'signature_mismatch')
  assert.equal(issuer.countOf(jwksPath), 1)
})

test('E32 a thousand tokens with unknown keys, at once and after, cost one fetch per cooldown', async (t) => {
  const { issuer, guard, clock, tokenOf } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  for (const round of [1, 2, 3]) {
    clock.moveTo(testTime + round * 31)
    const tokens = Array.from({ length: 334 }, (_, index) => tokenOf(next, { kid: `random-${round}-${index}` }))
    const reasons = await Promise.all(tokens.map(async (token) => (await rejectionOf(guard.checkToken(token))).reason))
    assert.deepEqual(new Set(reasons), new Set(['key_unknown']))
    assert.equal(issuer.countOf(jwksPath), 1 + round)
  }
  assert.equal(issuer.countOf(metadataPath), 1)
})

test('E32 a hundred first requests at once cost one fetch', async (t) => {
  const { issuer, guard, tokenOf } = await followKeys(t)
  await Promise.all(Array.from({ length: 100 }, () => assertPasses(guard, tokenOf())))
  assert.equal(issuer.countOf(), 2)
})

test('E24 a key that the issuer took away goes with the next keys, and what it signed with it, though remembered', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  publish(next)
  clock.moveTo(testTime + 301)
  // Starts a fetch, and does not wait for it.
  await assertPasses(guard, tokenOf())
  await until(async () => (await refusalReason(guard, tokenOf())) === 'key_unknown')
  await assertPasses(guard, tokenOf(next))
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E24 after an idle night, keys are fetched before they decide', async (t) => {
  const { guard, clock, tokenOf, publish } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  publish(next)
  clock.moveTo(testTime + 30_000)
  await assertRequestRejected(guard, tokenOf(), 401, 'key_unknown')
})

test('E24 keys that did not change cost no result that is remembered', async (t) => {
  const { issuer, guard, clock, tokenOf } = await followKeys(t)
  const token = tokenOf()
  const access = await assertPasses(guard, token)
  clock.moveTo(testTime + 30_000)
  assert.equal(await assertPasses(guard, token), access)
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E24 keys that are too old are fetched again before they decide, by one request for all', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  publish(next)
  clock.moveTo(testTime + 1_000_000 - 1)
  await assertRequestRejected(guard, tokenOf(), 401, 'key_unknown')
  await Promise.all([1, 2, 3].map(() => assertPasses(guard, tokenOf(next))))
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E22 weak and malformed keys of a set are named once to the operator, and those for something else are not', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await followKeys(t)
  const serve = (...others: readonly unknown[]) =>
    issuer.serve(jwksPath, () => ({ body: { keys: [...others, jwkOf(issuer.signer)] } }))
  const short = { kty: 'RSA', kid: 'short', n: 'AQAB', e: 'AQAB', use: 'sig' }
  const offCurve = jwkOf(next, { kid: 'off', y: 'A'.repeat(43) })
  const forOthers = [
    jwkOf(next, { kid: 'encryption', use: 'enc' }),
    { kty: 'OKP', crv: 'X25519', x: 'AAAA', kid: 'agreement' },
    { kty: 'RSA', alg: 'RSA-OAEP', n: 'AQAB', e: 'AQAB', kid: 'oaep' },
  ]
  serve(short, null, offCurve, ...forOthers)
  await assertPasses(guard, tokenOf())
  const named = [
    'jwks: the guard does not use the key "short": its modulus is shorter than 2048 bits',
    'jwks: the guard does not use keys[1]: it is not an object',
    'jwks: the guard does not use the key "off": its values are not a key',
  ]
  assert.deepEqual(failures, named)
  // The same keys in another order, and then one more.
  serve(offCurve, null, short)
  clock.moveTo(testTime + 1000)
  await assertPasses(guard, tokenOf())
  assert.deepEqual(failures, named)
  serve(jwkOf(next), jwkOf(next), short)
  clock.moveTo(testTime + 2000)
  await assertPasses(guard, tokenOf())
  assert.deepEqual(failures, [...named, 'jwks: the guard does not use 2 keys that share a kid, or have none'])
})

test('E22 weak keys of the option jwks are named once as well', async () => {
  const told: string[] = []
  const keys = [jwkOf(next), { kty: 'RSA', kid: 'short', n: 'AQAB', e: 'AQAB' }]
  const guard = createGuard({
    issuer: 'https://auth.example',
    audience,
    jwks: { keys },
    now: () => testTime,
    onFailure: ({ part, url, message }) => told.push(`${part} ${url} ${message}`),
  })
  for (const _attempt of [1, 2]) await assertPasses(guard, craft(next))
  assert.deepEqual(told, [
    'jwks https://auth.example the guard does not use the key "short": its modulus is shorter than 2048 bits',
  ])
})

test('a clock that was set back makes no key old or new', async (t) => {
  const { guard, clock, tokenOf } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  clock.moveTo(testTime - 20)
  await assertPasses(guard, tokenOf())
})

async function refusalReason(guard: Guard, token: string): Promise<string> {
  return await guard.checkToken(token).then(
    () => 'none',
    (error: { reason: string }) => error.reason,
  )
}
