/** Attacks through the claims: E9, E10, E12, E13, E14, E25, E26. All tokens here are signed with the right key. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasScopes, type TokenRejectionReason } from '../../src/index.ts'
import { audience, craft, craftClaim, makeSigner, testTime, validClaims } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeClock, makeVerifier, rejectionOf } from '../support/verifiers.ts'

const signer = await makeSigner('ES256', 'key-1')
const verifier = makeVerifier([signer])
const roomy = makeVerifier([signer], { maxTokenLength: 1_000_000 })

const expiries: readonly (readonly [json: string, reason: TokenRejectionReason])[] = [
  ['"9999999999"', 'expiry_invalid'],
  ['1e400', 'expiry_invalid'],
  ['-1e400', 'expiry_invalid'],
  ['-1', 'expiry_invalid'],
  ['0', 'token_expired'],
  ['-0', 'token_expired'],
  ['null', 'expiry_invalid'],
  ['true', 'expiry_invalid'],
  ['[1800000600]', 'expiry_invalid'],
  ['{"valueOf":1800000600}', 'expiry_invalid'],
  ['-0.5', 'expiry_invalid'],
  ['1799999999.5', 'token_expired'],
  ['9007199254740992', 'expiry_invalid'],
  ['1e20', 'expiry_invalid'],
  ['99999999999', 'expiry_too_far'],
  ['1800000600000', 'expiry_too_far'],
  ['NaN', 'payload_invalid'],
  ['Infinity', 'payload_invalid'],
  ['0x6b49d258', 'payload_invalid'],
  ['01800000600', 'payload_invalid'],
]
for (const [json, reason] of expiries) {
  test(`E9 exp: ${json} is rejected`, async () => {
    await assertRejected(verifier, craftClaim(signer, 'exp', json), reason)
  })
}

test('E9 exp: a missing one is rejected', async () => {
  await assertRejected(verifier, craft(signer, { claims: { exp: undefined } }), 'expiry_missing')
})

test('E9 exp: ten years ahead is the most', async () => {
  const tenYears = 10 * 365 * 24 * 60 * 60
  await assertVerified(verifier, craft(signer, { claims: { exp: testTime + tenYears } }))
  await assertRejected(verifier, craft(signer, { claims: { exp: testTime + tenYears + 1 } }), 'expiry_too_far')
})

for (const claim of ['nbf', 'iat']) {
  for (const tolerance of [0, 30, 60]) {
    test(`E10 ${claim} may lie ${tolerance} s ahead with that tolerance, and not 1 s more`, async () => {
      const tolerant = makeVerifier([signer], { clockTolerance: tolerance })
      for (const ahead of [tolerance - 1, tolerance]) {
        await assertVerified(tolerant, craft(signer, { claims: { [claim]: testTime + ahead } }))
      }
      const token = craft(signer, { claims: { [claim]: testTime + tolerance + 1 } })
      await assertRejected(tolerant, token, 'token_not_yet_valid')
    })
  }
}

test('E10 a token expired by 1 s is rejected with every tolerance', async () => {
  const token = craft(signer, { claims: { exp: testTime - 1 } })
  for (const clockTolerance of [0, 30, 60]) {
    await assertRejected(makeVerifier([signer], { clockTolerance }), token, 'token_expired')
  }
})

test('E10 a tolerance over 60 s cannot be configured', () => {
  assert.throws(() => makeVerifier([signer], { clockTolerance: 61 }), /clockTolerance must be 0 to 60 seconds/)
})

test('E10 a remembered token is rejected from the very instant of exp', async () => {
  const clock = makeClock()
  const remembering = makeVerifier([signer], { now: clock.now })
  const token = craft(signer)
  const verified = await assertVerified(remembering, token)
  clock.moveTo(verified.expiresAt - 0.001)
  assert.equal(remembering.verify(token), verified)
  clock.moveTo(verified.expiresAt)
  await assertRejected(remembering, token, 'token_expired')
})

const audiences: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['of another API', 'https://other.example'],
  ['that is missing', undefined],
  ['that continues ours', `${audience}.evil.example`],
  ['that ours continues', audience.slice(0, -1)],
  ['in other letter case', audience.toUpperCase()],
  ['with a slash', `${audience}/`],
  ['after a space', ` ${audience}`],
  ['among others in one string', `https://other.example ${audience}`],
  ['in a nested array', [[audience]]],
  ['in an object', { 0: audience, length: 1 }],
  ['that is a number', 1],
  ['that is null', null],
  ['that is true', true],
  ['beside a number', [audience, 1]],
  ['beside null', [null, audience]],
  ['that is an empty array', []],
  ['that is like a pattern', '.*'],
  ['that is a list of patterns', ['https://*', '^https://api\\.example$', `${audience}|x`]],
  ['among 101', [...Array.from({ length: 100 }, (_, index) => `a${index}`), audience]],
])
for (const [what, aud] of audiences) {
  test(`E12 an audience ${what} is rejected`, async () => {
    await assertRejected(verifier, craft(signer, { claims: { aud } }), 'audience_mismatch')
  })
}

test('E12 an audience among 100 is found, among 10,000 not looked for', async () => {
  const others = Array.from({ length: 9_999 }, (_, index) => `a${index}`)
  await assertVerified(verifier, craft(signer, { claims: { aud: [...others.slice(0, 99), audience] } }))
  const rejection = await rejectionOf(roomy, craft(signer, { claims: { aud: [audience, ...others] } }))
  assert.deepEqual([rejection.reason, rejection.received], ['audience_mismatch', 'array of 10000'])
})

const subjects: readonly string[] = [
  '1',
  '0',
  'null',
  'true',
  '{}',
  '{"toString":"tim"}',
  '["tim"]',
  '[]',
  '""',
  '"tim\\u0000"',
  '"\\u0000"',
  '"tim\\n"',
  '"\\u007f"',
  '"\\u0085"',
  '"\\ud800"',
  '"tim\\udc00"',
  '"\\udc00\\ud800"',
  `"${'x'.repeat(2049)}"`,
  `"${'x'.repeat(10_240)}"`,
]
for (const json of subjects) {
  test(`E13 sub: ${json.slice(0, 30)} (${json.length} characters) is rejected`, async () => {
    await assertRejected(verifier, craftClaim(signer, 'sub', json), 'subject_invalid')
  })
}

test('E13 sub: a missing one is rejected', async () => {
  await assertRejected(verifier, craft(signer, { claims: { sub: undefined } }), 'subject_invalid')
})

test('E13 sub: a lone surrogate in raw bytes is rejected with the whole payload', async () => {
  const text = JSON.stringify({ ...validClaims, sub: 'tim#' })
  const [before = '', after = ''] = text.split('#')
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(after)])
  await assertRejected(verifier, craft(signer, { claims: bytes }), 'payload_invalid')
})

for (const subject of ['tim', '1', 'x'.repeat(512), 'Łódź', '\u{1f512}', '__proto__', 'constructor', "'; drop table"]) {
  test(`E13 sub: ${subject.slice(0, 30)} is a name like any other`, async () => {
    assert.equal((await assertVerified(verifier, craft(signer, { claims: { sub: subject } }))).subject, subject)
  })
}

const rest = JSON.stringify({ ...validClaims, sub: undefined }).slice(1)
const doubled: readonly string[] = [
  `{"sub":"tim","sub":"admin",${rest}`,
  `{"sub":"tim","s\\u0075b":"admin",${rest}`,
  `{"sub":"tim",${rest.slice(0, -1)},"sub":"admin"}`,
  `{"sub":"tim","sub" : "tim",${rest}`,
  `{"sub":"tim","exp":9999999999,${rest}`,
  `{"sub":"tim","extra":[{"a":{"b":1,"b":2}}],${rest}`,
]
for (const claims of doubled) {
  test(`E14 a claim twice is rejected: ${claims.slice(0, 50)}`, async () => {
    const rejection = await rejectionOf(verifier, craft(signer, { claims }))
    assert.deepEqual([rejection.reason, rejection.received], ['payload_invalid', 'duplicate_member'])
  })
}

test('E25 claims named like members of Object.prototype elevate nobody, also merged into a user object', async () => {
  const members =
    '"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":"x","hasOwnProperty":1'
  const claims = `{"sub":"tim",${members},"nested":[{"__proto__":{"admin":true}}],${rest}`
  const verified = await assertVerified(verifier, craft(signer, { claims }))
  const merged = Object.assign({}, verified.claims)
  const spread = { ...verified.claims }
  const cloned = structuredClone(verified.claims)
  for (const object of [{}, merged, spread, cloned, verified, verified.claims]) {
    assert.equal(Reflect.get(object, 'admin'), undefined)
    assert.equal(Object.getPrototypeOf(object), Object.prototype)
  }
  assert.deepEqual(
    Object.keys(verified.claims).filter((name) => name === '__proto__'),
    [],
  )
  assert.equal(JSON.stringify(verified.claims).includes('__proto__'), false)
  assert.equal(verified.subject, 'tim')
})

test('E25 claims in __proto__ are not read', async () => {
  const claims = `{"__proto__":{"sub":"admin","scope":"admin"},${rest}`
  await assertRejected(verifier, craft(signer, { claims }), 'subject_invalid')
})

test('E25 a shared result cannot be changed at any depth', async () => {
  const { claims, scopes } = await assertVerified(verifier, craft(signer, { claims: { roles: [{ name: 'user' }] } }))
  const roles: unknown = Reflect.get(claims, 'roles')
  assert.ok(Array.isArray(roles))
  for (const object of [claims, scopes, roles, roles[0]]) assert.ok(Object.isFrozen(object))
  assert.throws(() => Object.assign(roles[0], { name: 'admin' }), TypeError)
})

const scopes: readonly (readonly [scope: string, granted: readonly string[]])[] = [
  ['read', ['read']],
  ['readwrite', ['readwrite']],
  ['READ', ['READ']],
  ['', []],
  [' read', ['read']],
  ['read ', ['read']],
  ['read  write', ['read', 'write']],
  ['read read', ['read']],
]
for (const [scope, granted] of scopes) {
  test(`E26 scope ${JSON.stringify(scope)} grants exactly its tokens`, async () => {
    const verified = await assertVerified(verifier, craft(signer, { claims: { scope } }))
    assert.deepEqual(verified.scopes, granted)
    assert.equal(hasScopes(verified.scopes, ['read']), granted.includes('read'))
  })
}

for (const json of [
  '["read"]',
  '{"read":true}',
  'null',
  '1',
  'true',
  '"read\\twrite"',
  '"read\\"',
  '"r\\u0000"',
  '"é"',
]) {
  test(`E26 scope ${json} is rejected`, async () => {
    const isJson = json !== '"read\\"'
    await assertRejected(verifier, craftClaim(signer, 'scope', json), isJson ? 'scope_invalid' : 'payload_invalid')
  })
}

test('E26 5,000 scopes are 5,000 scopes', async () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `s${index}`)
  const verified = await assertVerified(roomy, craft(signer, { claims: { scope: many.join(' ') } }))
  assert.equal(verified.scopes?.length, 5_000)
  assert.ok(hasScopes(verified.scopes, many))
  assert.ok(!hasScopes(verified.scopes, ['s', 's5000']))
})
