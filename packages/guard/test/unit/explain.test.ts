/** What `explain` reports of a token, and that a verifier with the same settings decides the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CheckName, type Explanation, explain } from '../../src/explain/explain.ts'
import { good, settings, signer } from '../support/explain.ts'
import { audience, craft, headerOf, testTime, validClaims } from '../support/tokens.ts'
import { trapCryptography } from '../support/trap-cryptography.ts'

const names: readonly CheckName[] = [
  'length',
  'shape',
  'header',
  'key',
  'algorithm',
  'type',
  'payload',
  'signature',
  'exp',
  'nbf',
  'iat',
  'iss',
  'aud',
  'sub',
  'scope',
  'client_id',
  'jti',
  'cnf',
  'granted',
]

function find(explanation: Explanation, name: CheckName): Explanation['checks'][number] | undefined {
  return explanation.checks.find(({ check }) => check === name)
}

/** The reasons of the checks with that outcome, by name. */
function list(explanation: Explanation, outcome: 'failed' | 'skipped'): Readonly<Record<string, string>> {
  const found = explanation.checks.flatMap((check) => (check.outcome === outcome ? [[check.check, check.reason]] : []))
  return Object.fromEntries(found)
}

test('a good token passes every check, and each has what was expected and received', async () => {
  const explanation = await explain(good, { ...settings, scopes: ['me'] })
  assert.deepEqual([explanation.decision, explanation.reason], ['passes', undefined])
  assert.deepEqual(
    explanation.checks.map(({ check }) => check),
    names,
  )
  for (const { check, outcome, expected, received } of explanation.checks) {
    assert.equal(outcome, 'passed', check)
    assert.match(expected ?? '', /^[\x20-\x7e]+$/)
    assert.match(received ?? '', /^[\x20-\x7e]+$/)
  }
  assert.deepEqual(find(explanation, 'exp'), {
    check: 'exp',
    outcome: 'passed',
    expected: `exp after ${testTime}`,
    received: `${testTime + 600}, in 600 s`,
  })
  assert.deepEqual([explanation.header, explanation.claims], [headerOf(signer), validClaims])
})

test('after a check that failed, the others are still made', async () => {
  const token = craft(signer, { claims: { exp: testTime, aud: ['x', 'y'], iss: 'z' }, header: { typ: 'JWT' } })
  const explanation = await explain(token, settings)
  assert.deepEqual([explanation.decision, explanation.reason], ['rejected', 'type_mismatch'])
  assert.deepEqual(list(explanation, 'failed'), {
    type: 'type_mismatch',
    exp: 'token_expired',
    iss: 'issuer_mismatch',
    aud: 'audience_mismatch',
  })
  assert.equal(find(explanation, 'signature')?.outcome, 'passed')
})

test('without keys nothing passes, but other problems than the signature are reported', async () => {
  const { keys: _, ...others } = settings
  const undecided = await explain(good, others)
  assert.deepEqual([undecided.decision, undecided.reason], ['undecided', undefined])
  const open = { key: 'no_keys', algorithm: 'no_keys', signature: 'no_keys', granted: 'not_set' }
  assert.deepEqual(list(undecided, 'skipped'), open)
  assert.equal(find(undecided, 'key')?.received, '"key-1"')
  const refused = await explain(craft(signer, { claims: { exp: 1 } }), others)
  assert.deepEqual([refused.decision, refused.reason], ['rejected', 'token_expired'])
})

test('a claim without a setting is not compared, but its form is checked', async () => {
  const { issuer: _, audience: __, ...others } = settings
  const explanation = await explain(craft(signer, { claims: { aud: ['a', 'b', 'c', 'd', 'e'] } }), others)
  assert.equal(explanation.decision, 'passes')
  assert.deepEqual(list(explanation, 'skipped'), { iss: 'not_set', aud: 'not_set', granted: 'not_set' })
  assert.equal(find(explanation, 'aud')?.received, '"a", "b", "c", "d"')
  const misshapen = await explain(craft(signer, { claims: { aud: 7 } }), others)
  assert.equal(misshapen.reason, 'audience_mismatch')
})

test('the first check reports what is not a token, and checks that depend on it are skipped', async () => {
  const explanation = await explain('abc', settings)
  assert.equal(explanation.reason, 'token_malformed')
  assert.deepEqual(list(explanation, 'failed'), { shape: 'token_malformed' })
  assert.equal(Object.keys(list(explanation, 'skipped')).length, names.length - 2)
  assert.deepEqual([explanation.header, explanation.claims], [undefined, undefined])
  const long = await explain(good, { ...settings, maxTokenLength: 10 })
  assert.equal(long.reason, 'token_too_long')
  assert.equal(find(long, 'shape')?.outcome, 'skipped')
})

test('a header that cannot be read does not stop the checks of the payload, nor the other way round', async () => {
  const headless = await explain(craft(signer, { header: { crit: ['x'] } }), settings)
  assert.deepEqual(list(headless, 'failed'), { header: 'header_invalid' })
  assert.equal(find(headless, 'exp')?.outcome, 'passed')
  const empty = await explain(craft(signer, { claims: '[]' }), settings)
  assert.deepEqual(list(empty, 'failed'), { payload: 'payload_invalid' })
  assert.equal(find(empty, 'signature')?.outcome, 'skipped')
})

test('an unknown key and another algorithm leave the signature unchecked', async () => {
  const unknown = await explain(craft(signer, { header: { kid: 'other' } }), settings)
  assert.deepEqual(list(unknown, 'failed'), { key: 'key_unknown' })
  const confused = await explain(craft(signer, { header: { alg: 'HS256' } }), settings)
  assert.deepEqual(list(confused, 'failed'), { algorithm: 'algorithm_mismatch' })
  assert.deepEqual(list(confused, 'skipped'), { signature: 'not_reached', granted: 'not_set' })
})

test('a token that is bound to a key is undecided: only a request can prove that', async () => {
  const explanation = await explain(craft(signer, { claims: { cnf: { jkt: 'x' } } }), settings)
  assert.deepEqual([explanation.decision, list(explanation, 'skipped')['cnf']], ['undecided', 'needs_proof'])
})

test('scopes that are required are compared whole', async () => {
  const wanted = { ...settings, scopes: ['me', 'it'] }
  const explanation = await explain(good, wanted)
  assert.deepEqual([explanation.decision, explanation.reason], ['rejected', 'scope_missing'])
  assert.deepEqual(find(explanation, 'granted'), {
    check: 'granted',
    outcome: 'failed',
    reason: 'scope_missing',
    expected: '"me it"',
    received: '"me items"',
  })
  assert.equal((await explain(craft(signer, { claims: { scope: undefined } }), wanted)).reason, 'scope_missing')
  assert.equal((await explain(craft(signer, { claims: { scope: ['me', 'it'] } }), wanted)).reason, 'scope_invalid')
})

test('scopes that others include count as granted, as in the guard', async () => {
  const scopeHierarchy = { items: ['items:read'] }
  const explanation = await explain(good, { ...settings, scopeHierarchy, scopes: ['items:read'] })
  assert.equal(explanation.decision, 'passes')
  assert.equal(find(explanation, 'granted')?.received, '"me items items:read"')
})

for (const given of [audience, `${audience}/`]) {
  for (const aud of [audience, `${audience}/`]) {
    test(`a token for ${aud} passes where the audience is ${given}: an origin has two spellings`, async () => {
      const token = craft(signer, { claims: { aud } })
      assert.equal((await explain(token, { ...settings, audience: given })).decision, 'passes')
    })
  }
}

test('cryptography that fails is described as such', async (t) => {
  const trap = trapCryptography(t)
  assert.equal((await explain(good, settings)).reason, 'verification_failed')
  assert.ok(trap.uses() > 0)
})

test('a token that is not a string is malformed, as for the verifier', async () => {
  for (const token of [null, undefined, 5, {}, [good], Symbol('x')]) {
    // What a program without types may give.
    const { decision, reason, checks } = await explain(token as string, settings)
    assert.deepEqual([decision, reason], ['rejected', 'token_malformed'])
    assert.deepEqual([checks[0]?.outcome, checks[1]?.outcome], ['failed', 'skipped'])
  }
})

test('what fails beside the verifier is thrown', async () => {
  const fault = new Error('no clock')
  const now = () => {
    throw fault
  }
  await assert.rejects(explain(good, { ...settings, now }), fault)
})

const refused: readonly (readonly [setting: object, message: RegExp])[] = [
  [{ isuer: 'x' }, /isuer is not an option of explain: did you mean issuer\?/],
  [{ issuer: undefined }, /issuer is undefined/],
  [{ scopes: 'me' }, /scopes must be an array of scope tokens/],
  [{ scopes: ['me items'] }, /scopes must be/],
  [{ scopes: new Array(1) }, /scopes must be/],
  [{ scopeHierarchy: { items: 'me' } }, /scopeHierarchy\.items must be an array of scopes/],
  [{ type: 'jwt' }, /type must be/],
  [{ keys: [signer.verification, signer.verification] }, /keys\[1\].keyId is taken/],
]
for (const [setting, message] of refused) {
  test(`${Object.keys(setting)} ${JSON.stringify(Object.values(setting)[0])?.slice(0, 20)} is rejected with ${message}`, async () => {
    await assert.rejects(explain(good, { ...settings, ...setting }), { name: 'TypeError', message })
  })
}
