/** Attacks on the verifier as a whole: size (E18), cache (E24), header and challenge (E28, E30), failures inside (E33). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatChallenge, hasScopes, readBearer, TokenRejection } from '../../src/index.ts'
import { craft, makeSigner, testTime } from '../support/tokens.ts'
import { trapCryptography } from '../support/trap-cryptography.ts'
import { assertRejected, assertVerified, makeClock, makeVerifier, rejectionOf } from '../support/verifiers.ts'

const signer = await makeSigner('ES256', 'key-1')
const verifier = makeVerifier([signer])

test('E18 a good token of 17 KiB is too long', async () => {
  const token = craft(signer, { claims: { filler: 'x'.repeat(12_900) } })
  assert.ok(token.length > 17_408)
  await assertRejected(verifier, token, 'token_too_long')
  await assertVerified(makeVerifier([signer], { maxTokenLength: token.length }), token)
})

for (const [size, length] of [
  ['1 MiB', 2 ** 20],
  ['100 MiB', 100 * 2 ** 20],
] as const) {
  test(`E18 a token of ${size} is rejected by its length alone`, async () => {
    const rejection = { name: 'TokenRejection', reason: 'token_too_long', received: String(length) }
    await assert.rejects(async () => await verifier.verify('x'.repeat(length)), rejection)
  })
}

test('E18 a million dots are rejected, also where tokens may be that long', async () => {
  const dots = '.'.repeat(1_000_000)
  await assertRejected(verifier, dots, 'token_too_long')
  await assertRejected(makeVerifier([signer], { maxTokenLength: 2_000_000 }), dots, 'token_malformed')
})

for (const [open, close] of [
  ['[', ']'],
  ['{"a":', '}'],
] as const) {
  test(`E18 claims nested 10,000 deep with ${open} overflow no stack`, async () => {
    const depth = 10_000
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`
    const patient = makeVerifier([signer], { maxTokenLength: 1_000_000 })
    const rejection = await rejectionOf(patient, craft(signer, { claims: `{"deep":${deep}}` }))
    assert.deepEqual([rejection.reason, rejection.received], ['payload_invalid', 'too_deep'])
  })
}

test('E24 a remembered token is answered at once, by the same frozen object', async () => {
  const token = craft(signer)
  const verified = await assertVerified(verifier, token)
  assert.equal(verifier.verify(token), verified)
  // The same text as another string object, as each request brings it.
  assert.equal(verifier.verify(Buffer.from(token).toString()), verified)
})

test('E24 tokens that share all but a little are told apart', async () => {
  const remembering = makeVerifier([signer])
  const tokens = Array.from({ length: 50 }, (_, index) => craft(signer, { claims: { sub: `user-${index}` } }))
  for (const token of tokens) await assertVerified(remembering, token)
  for (const [index, token] of tokens.entries()) {
    assert.equal((await assertVerified(remembering, token)).subject, `user-${index}`)
    const [header, claims, signature = ''] = token.split('.')
    const [, otherClaims, otherSignature] = (tokens[(index + 1) % 50] ?? '').split('.')
    await assertRejected(remembering, `${header}.${claims}.${otherSignature}`, 'signature_mismatch')
    await assertRejected(remembering, `${header}.${otherClaims}.${signature}`, 'signature_mismatch')
    await assertRejected(remembering, `${token} `, 'token_malformed')
    await assertRejected(remembering, token.slice(0, -1), 'token_malformed')
  }
})

test('E24 a token that was rejected is not remembered as good, nor the other way round', async () => {
  const clock = makeClock(testTime - 100)
  const remembering = makeVerifier([signer], { now: clock.now })
  const token = craft(signer)
  await assertRejected(remembering, token, 'token_not_yet_valid')
  clock.moveTo(testTime)
  await assertVerified(remembering, token)
})

test('E24 a token whose key was taken away is rejected, though it was remembered', async () => {
  const successor = await makeSigner('ES256', 'key-2')
  const remembering = makeVerifier([signer])
  const token = craft(signer)
  await assertVerified(remembering, token)
  remembering.replaceKeys([successor.verification])
  await assertRejected(remembering, token, 'key_unknown')
})

test('E24 a check that was under way when its key was taken away is made again', async () => {
  const successor = await makeSigner('ES256', 'key-2')
  const remembering = makeVerifier([signer])
  const token = craft(signer)
  const underWay = remembering.verify(token)
  remembering.replaceKeys([successor.verification])
  await assert.rejects(async () => await underWay, { reason: 'key_unknown' })
  await assertRejected(remembering, token, 'key_unknown')
})

test('E24 the same token verified many times at once is right each time', async () => {
  const fresh = makeVerifier([signer])
  const token = craft(signer)
  const results = await Promise.all(Array.from({ length: 50 }, () => fresh.verify(token)))
  for (const result of results) assert.deepEqual(result, results[0])
})

test('E24 a flood of good tokens changes no answer', async () => {
  const small = makeVerifier([signer], { cacheSize: 4 })
  for (let index = 0; index < 40; index++) {
    const token = craft(signer, { claims: { sub: `user-${index}` } })
    assert.equal((await assertVerified(small, token)).subject, `user-${index}`)
    assert.equal((await assertVerified(small, token)).subject, `user-${index}`)
  }
})

test('E24 without a cache every check is made again', async () => {
  const forgetful = makeVerifier([signer], { cacheSize: 0 })
  const token = craft(signer)
  await assertVerified(forgetful, token)
  assert.ok(forgetful.verify(token) instanceof Promise)
})

const headers: readonly (readonly [header: string, kind: string])[] = [
  ['bearer x', 'token'],
  ['BEARER x', 'token'],
  ['Bearer', 'malformed'],
  ['Bearer ', 'malformed'],
  ['Bearer  x', 'malformed'],
  ['Bearer a b', 'malformed'],
  ['Bearer a,b', 'malformed'],
  ['Bearer\tx', 'malformed'],
  ['Bearer \tx', 'malformed'],
  ['Bearer x\n', 'malformed'],
  ['Bearer x\u0000', 'malformed'],
  ['Bearer tökén', 'malformed'],
  ['Bearer \u{1f512}', 'malformed'],
  ['Bearer\u00a0x', 'malformed'],
  [`Bearer ${'='.repeat(100_000)}`, 'malformed'],
  [`Bearer ${'x'.repeat(100_000)}!`, 'malformed'],
  [`Bearer${' '.repeat(100_000)}x`, 'malformed'],
  ['ＢＥＡＲＥＲ x', 'absent'],
]
for (const [header, kind] of headers) {
  test(`E28 ${JSON.stringify(header.slice(0, 20))} (${header.length} characters) is ${kind}`, () => {
    assert.equal(readBearer(header).kind, kind)
  })
}

test('E30 no token is challenged without an error code', () => {
  assert.equal(readBearer(undefined).kind, 'absent')
  assert.equal(formatChallenge(), 'Bearer')
})

test('E30 a bad token is invalid_token, and the header tells nothing more', async () => {
  const rejection = await rejectionOf(verifier, craft(signer, { claims: { aud: 'https://other.example' } }))
  assert.equal(rejection.reason, 'audience_mismatch')
  assert.equal(formatChallenge({ error: 'invalid_token' }), 'Bearer error="invalid_token"')
})

test('E30 a good token with the wrong scope is told which scope is wanted', async () => {
  const { scopes } = await assertVerified(verifier, craft(signer, { claims: { scope: 'me' } }))
  assert.ok(!hasScopes(scopes, ['items']))
  assert.equal(
    formatChallenge({ error: 'insufficient_scope', scope: 'items' }),
    'Bearer error="insufficient_scope", scope="items"',
  )
})

test('E33 a key that fails while it is used rejects the token, with the cause', async (t) => {
  trapCryptography(t)
  const rejection = await rejectionOf(makeVerifier([signer]), craft(signer))
  assert.equal(rejection.reason, 'verification_failed')
  assert.ok(rejection.cause instanceof RangeError)
})

test('E33 a clock that fails rejects the token, fresh and remembered, with the cause', async () => {
  const fault = new Error('no clock')
  let fails = false
  const now = (): number => {
    if (fails) throw fault
    return testTime
  }
  const remembering = makeVerifier([signer], { now })
  const token = craft(signer)
  await assertVerified(remembering, token)
  fails = true
  for (const tried of [token, craft(signer, { claims: { sub: 'alice' } })]) {
    const rejection = await rejectionOf(remembering, tried)
    assert.deepEqual([rejection.reason, rejection.cause], ['verification_failed', fault])
  }
})

test('E33 a clock that fails during the signature check rejects the token', async () => {
  let calls = 0
  const now = (): number => {
    if (++calls > 1) throw new Error('no clock')
    return testTime
  }
  await assertRejected(makeVerifier([signer], { now }), craft(signer), 'verification_failed')
})

for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
  test(`E33 a clock at ${time} passes nothing, remembered or not`, async () => {
    const clock = makeClock()
    const remembering = makeVerifier([signer], { now: clock.now })
    const token = craft(signer)
    await assertVerified(remembering, token)
    clock.moveTo(time)
    const { reason } = await rejectionOf(makeVerifier([signer], { now: clock.now }), token)
    assert.ok(['token_expired', 'expiry_too_far'].includes(reason), reason)
    if (time > 0 || Number.isNaN(time)) await assertRejected(remembering, token, 'token_expired')
  })
}

for (const token of [
  undefined,
  null,
  1,
  {},
  [],
  ['a.b.c'],
  Buffer.from('a.b.c'),
  new String(craft(signer)),
  () => craft(signer),
]) {
  test(`E33 what is no string rejects, and does not throw: ${typeof token}`, async () => {
    // @ts-expect-error: what JavaScript may pass
    await assert.rejects(Promise.resolve(verifier.verify(token)), { name: 'TokenRejection', reason: 'token_malformed' })
  })
}

test('E33 a polluted Object.prototype grants nothing', async () => {
  const token = craft(signer, { claims: { sub: undefined, scope: undefined } })
  const tim = craft(signer, { claims: { scope: undefined } })
  const pollution = { sub: 'admin', scope: 'admin', aud: 'x', kid: 'key-1', value: null }
  try {
    for (const [name, value] of Object.entries(pollution)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    }
    const fresh = makeVerifier([signer])
    const rejection = await Promise.resolve(fresh.verify(token)).catch((error: unknown) => error)
    assert.equal(rejection instanceof TokenRejection && rejection.reason, 'subject_invalid')
    assert.equal((await fresh.verify(tim)).scopes, undefined)
  } finally {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name)
  }
})
