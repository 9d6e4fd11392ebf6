/** Attacks on where keys come from: unknown ids (E5, E32), keys that were taken away (E24), an issuer that is away. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createGuard, type Guard, type GuardOptions } from '../../src/index.ts'
import { until } from '../support/followed-feed.ts'
import { jwkOf, rejectionOf } from '../support/guards.ts'
import { makeHangingNetwork } from '../support/hanging-network.ts'
import { jwksPath, metadataPath, startIssuer, type TestIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, makePairSigner, type PairSigner, testTime } from '../support/tokens.ts'
import { type Clock, makeClock } from '../support/verifiers.ts'

interface Setting {
  readonly issuer: TestIssuer
  readonly guard: Guard
  readonly clock: Clock
  /** What the operator was told. */
  readonly failures: readonly string[]
  /** A token of the issuer, good for days. */
  readonly tokenOf: (signer?: PairSigner, header?: Readonly<Record<string, unknown>>) => string
  /** Publishes these keys from now on. */
  readonly publish: (...signers: readonly PairSigner[]) => void
}

async function start(t: TestContext, options: Partial<GuardOptions> = {}): Promise<Setting> {
  const issuer = await startIssuer(t)
  const clock = makeClock()
  const failures: string[] = []
  const guard = createGuard({
    issuer: issuer.url,
    audience,
    now: clock.now,
    onFailure: ({ part, message }) => failures.push(`${part}: ${message}`),
    ...options,
  })
  return {
    issuer,
    guard,
    clock,
    failures,
    tokenOf: (signer = issuer.signer, header = {}) =>
      craft(signer, { header, claims: { iss: issuer.url, exp: testTime + 1_000_000 } }),
    publish: (...signers) => issuer.serve(jwksPath, () => ({ body: { keys: signers.map((signer) => jwkOf(signer)) } })),
  }
}

const next = await makePairSigner('ES256', 'key-2')

test('E5 a token of a key that was published since passes, by fetching the keys once more', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await start(t)
  await assertPasses(guard, tokenOf())
  publish(issuer.signer, next)
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf(next))
  await assertPasses(guard, tokenOf())
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E5 a token of a key that was published a moment after the keys were fetched waits for the cooldown', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await start(t)
  await assertPasses(guard, tokenOf())
  publish(issuer.signer, next)
  clock.moveTo(testTime + 30)
  await assertRequestRejected(guard, tokenOf(next), 401, 'key_unknown')
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf(next))
})

for (const keyId of ['../../dev/null', "' UNION SELECT", 'https://evil.example/jwks', '__proto__', 'constructor', '']) {
  test(`E5 a token with the kid ${JSON.stringify(keyId)} is looked up in memory alone`, async (t) => {
    const { issuer, guard, tokenOf } = await start(t)
    await assertRequestRejected(guard, tokenOf(issuer.signer, { kid: keyId }), 401, 'key_unknown')
    assert.equal(issuer.countOf(), 2)
  })
}

test('E5 of a set of one key without kid, the key that took its place is fetched when a signature does not fit', async (t) => {
  const { issuer, guard, clock, tokenOf } = await start(t)
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
  const { issuer, guard, clock, tokenOf } = await start(t)
  await assertPasses(guard, tokenOf())
  clock.moveTo(testTime + 31)
  await assertRequestRejected(guard, tokenOf(next, { kid: 'key-1' }), 401, 'signature_mismatch')
  assert.equal(issuer.countOf(jwksPath), 1)
})

test('E32 a thousand tokens with unknown keys, at once and after, cost one fetch per cooldown', async (t) => {
  const { issuer, guard, clock, tokenOf } = await start(t)
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
  const { issuer, guard, tokenOf } = await start(t)
  await Promise.all(Array.from({ length: 100 }, () => assertPasses(guard, tokenOf())))
  assert.equal(issuer.countOf(), 2)
})

test('E24 a key that the issuer took away goes with the next keys, and what it signed with it, though remembered', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await start(t)
  await assertPasses(guard, tokenOf())
  publish(next)
  clock.moveTo(testTime + 301)
  // Begins to fetch, and does not wait for it.
  await assertPasses(guard, tokenOf())
  await until(async () => (await refusalReason(guard, tokenOf())) === 'key_unknown')
  await assertPasses(guard, tokenOf(next))
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E24 after an idle night, keys are fetched before they decide', async (t) => {
  const { guard, clock, tokenOf, publish } = await start(t)
  await assertPasses(guard, tokenOf())
  publish(next)
  clock.moveTo(testTime + 30_000)
  await assertRequestRejected(guard, tokenOf(), 401, 'key_unknown')
})

test('E24 keys that did not change cost no result that is remembered', async (t) => {
  const { issuer, guard, clock, tokenOf } = await start(t)
  const token = tokenOf()
  const access = await assertPasses(guard, token)
  clock.moveTo(testTime + 30_000)
  assert.equal(await assertPasses(guard, token), access)
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('through an outage of a day, cached keys decide, and the issuer is asked once per cooldown', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await start(t)
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  for (const [age, failed] of [
    [301, 1],
    [310, 1],
    [331, 1],
    [332, 2],
    [86_669, 3],
    [86_700, 4],
  ] as const) {
    clock.moveTo(testTime + age)
    await assertPasses(guard, tokenOf(issuer.signer, { attempt: age }))
    const fetches = () => failures.filter((failure) => failure.startsWith('jwks: ')).length
    await until(() => fetches() >= failed)
    assert.equal(fetches(), failed)
  }
})

for (const [what, options, last] of [
  ['24 hours past their freshness', {}, 86_700],
  ['for maxKeyStaleness past it', { maxKeyStaleness: 60 }, 360],
  ['not at all with maxKeyStaleness 0', { maxKeyStaleness: 0 }, 300],
] as const) {
  test(`E24 keys of an issuer that is away are trusted ${what}, then every token is answered 503 until it is back`, async (t) => {
    const { issuer, guard, clock, tokenOf, failures } = await start(t, options)
    const token = tokenOf()
    await assertPasses(guard, token)
    await issuer.stop()
    clock.moveTo(testTime + last)
    await assertPasses(guard, token)
    await assertPasses(guard, tokenOf(issuer.signer, { attempt: 1 }))
    // The fetch that both began ends before the clock goes on.
    await until(() => last === 300 || failures.some((failure) => failure.startsWith('jwks: ')))
    clock.moveTo(testTime + last + 1)
    // What was verified with them is as old as they are.
    await assertRequestRejected(guard, token, 503, 'issuer_unavailable')
    await assertRequestRejected(guard, tokenOf(next), 503, 'issuer_unavailable')
    await issuer.resume()
    clock.moveTo(testTime + last + 100)
    await assertPasses(guard, token)
  })
}

test('E24 keys that are too old are fetched again before they decide, by one request for all', async (t) => {
  const { issuer, guard, clock, tokenOf, publish } = await start(t)
  await assertPasses(guard, tokenOf())
  publish(next)
  clock.moveTo(testTime + 1_000_000 - 1)
  await assertRequestRejected(guard, tokenOf(), 401, 'key_unknown')
  await Promise.all([1, 2, 3].map(() => assertPasses(guard, tokenOf(next))))
  assert.equal(issuer.countOf(jwksPath), 2)
})

test('E24 a clock that was set back makes no key too old', async (t) => {
  const { issuer, guard, clock, tokenOf } = await start(t)
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  clock.moveTo(testTime - 20)
  await assertPasses(guard, tokenOf(issuer.signer, { attempt: 1 }))
})

test('E22 weak and malformed keys of a set are named once to the operator, and those for something else are not', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await start(t)
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

test('a guard whose issuer was never there answers 503, asks again after a few seconds, and then works', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await start(t)
  await issuer.stop()
  for (const age of [0, 1, 5]) {
    clock.moveTo(testTime + age)
    const rejection = await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
    assert.equal(rejection.headers['retry-after'], '5')
    assert.equal(rejection.headers['www-authenticate'], undefined)
    assert.equal(failures.length, 1)
  }
  await issuer.resume()
  clock.moveTo(testTime + 6)
  await assertPasses(guard, tokenOf())
})

test('a key set that is broken for a while changes nothing', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await start(t)
  await assertPasses(guard, tokenOf())
  for (const [index, body] of ['{', '[]', '{"keys":{}}', '{"keys":[]}', '{"keys":[],"keys":[]}'].entries()) {
    issuer.serve(jwksPath, () => ({ body }))
    clock.moveTo(testTime + 400 * (index + 1))
    await assertPasses(guard, tokenOf())
    await until(() => failures.length === index + 1)
  }
  for (const failure of failures) assert.match(failure, /^jwks: /)
})

test('a fetch that an edge runtime forgot is begun again', async (t) => {
  const network = makeHangingNetwork(jwksPath)
  const { guard, clock, tokenOf } = await start(t, { fetch: network.fetch })
  network.hang(true)
  const forgotten = guard.checkToken(tokenOf())
  await network.hung
  network.hang(false)
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf())
  network.release()
  await forgotten
})

test('a clock that was set back makes no key old or new', async (t) => {
  const { guard, clock, tokenOf } = await start(t)
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
