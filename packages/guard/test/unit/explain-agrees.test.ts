/** Property tests: of any token and any settings, `explain` decides the same as a verifier and a guard. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'
import { explain } from '../../src/explain/explain.ts'
import { createGuard, type Rejection } from '../../src/index.ts'
import { createVerifier, TokenRejection } from '../../src/jwt/verifier.ts'
import { good, keys, signer } from '../support/explain.ts'
import { jwkOf } from '../support/guards.ts'
import { audience, craft, craftParts, encode, issuer, makePairSigner, testTime } from '../support/tokens.ts'

const value = fc.oneof(fc.jsonValue(), fc.constant(undefined))
const times = fc.integer({ min: testTime - 100, max: testTime + 100 })
const headers = fc.record(
  {
    alg: fc.oneof(value, fc.constantFrom('ES256', 'HS256', 'none')),
    typ: fc.oneof(value, fc.constantFrom('at+jwt', 'JWT')),
    kid: fc.oneof(value, fc.constantFrom('key-1', 'key-2')),
    crit: fc.constant(['x']),
  },
  { requiredKeys: [] },
)
const claims = fc.record(
  {
    iss: fc.oneof(value, fc.constant(issuer)),
    aud: fc.oneof(value, fc.constantFrom(audience, `${audience}/`, 'items'), fc.constant([audience])),
    sub: value,
    exp: fc.oneof(value, times),
    nbf: fc.oneof(value, times),
    iat: fc.oneof(value, times),
    scope: fc.oneof(value, fc.constantFrom('me', 'items', 'items:read me')),
    client_id: value,
    jti: value,
  },
  { requiredKeys: [] },
)
const someHeaders = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers })
const tokens = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(someHeaders, claims).map(([header, changed]) => craft(signer, { header, claims: changed })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.json(), fc.json())
      .map(([header, payload]) => craftParts(encode(header), encode(payload), signer.sign)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat({ max: good.length }), fc.nat({ max: 3 }), fc.string({ maxLength: 3 }))
      .map(([at, removed, inserted]) => good.slice(0, at) + inserted + good.slice(at + removed)),
  },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
)
const givenSettings = fc.record(
  {
    issuer: fc.constant(issuer),
    // Of one spelling, since that is all that a verifier knows.
    audience: fc.constant('items'),
    clockTolerance: fc.integer({ min: 0, max: 60 }),
    maxLifetime: fc.integer({ min: 1, max: 1000 }),
    maxTokenLength: fc.integer({ min: 1, max: 1000 }),
  },
  { requiredKeys: [] },
)

test('of any token and any settings, the first check that failed has the reason of the verifier, and what passes there passes', async () => {
  const outcomes = new Set<string>()
  const type = fc.constantFrom('at+jwt', 'JWT', 'minimal-jwt')
  await fc.assert(
    fc.asyncProperty(tokens, type, givenSettings, async (token, type, given) => {
      const same = { ...given, type, keys, now: () => testTime }
      const verifier = createVerifier({ ...same, cacheSize: 0 })
      const rejection = await Promise.resolve(verifier.verify(token)).then(
        () => undefined,
        (error: unknown) => error,
      )
      const { decision, reason, checks } = await explain(token, same)
      outcomes.add(reason ?? decision)
      const firstFailed = checks.find(({ outcome }) => outcome === 'failed')
      assert.equal(firstFailed?.outcome === 'failed' ? firstFailed.reason : undefined, reason)
      if (rejection === undefined) assert.deepEqual([decision, reason], ['passes', undefined])
      else {
        assert.ok(rejection instanceof TokenRejection)
        assert.deepEqual([decision, reason], ['rejected', rejection.reason])
        assert.deepEqual([firstFailed?.expected, firstFailed?.received], [rejection.expected, rejection.received])
      }
    }),
    // So that one passes however the others fall.
    { numRuns: 3000, examples: [[good, 'at+jwt', {}]] },
  )
  // Not all of them were rejected for one thing.
  assert.ok(outcomes.has('passes') && outcomes.size > 10, [...outcomes].join())
})

const guardSettings = fc.record(
  {
    clockTolerance: fc.integer({ min: 0, max: 60 }),
    maxTokenLength: fc.integer({ min: 200, max: 1000 }),
    scopeHierarchy: fc.constant({ items: ['items:read'], 'items:read': ['me'] }),
    type: fc.constantFrom('at+jwt', 'JWT'),
  },
  { requiredKeys: [] },
)
const pair = await makePairSigner('ES256', 'key-1')
const issued = fc
  .tuple(someHeaders, claims)
  .map(([header, changed]) => craft(pair, { header, claims: { ...changed, sub: 'tim' } }))
const audiences = fc.constantFrom(audience, `${audience}/`, 'items')
const needed = fc.subarray(['me', 'items', 'items:read'])

test('of any token, any settings and any spelling of the audience, it says what a guard says that has the same keys', async () => {
  const outcomes = new Set<string>()
  const jwks = { keys: [jwkOf(pair)] }
  await fc.assert(
    fc.asyncProperty(issued, audiences, needed, guardSettings, async (token, audience, scopes, given) => {
      const same = { ...given, issuer, audience, now: () => testTime }
      const rejection = await createGuard({ ...same, jwks })
        .checkToken(token, { scopes })
        .then(
          () => undefined,
          (challenge: Rejection) => challenge,
        )
      const { decision, reason } = await explain(token, { ...same, keys: [pair.verification], scopes })
      outcomes.add(reason ?? decision)
      assert.deepEqual([decision, reason], [rejection === undefined ? 'passes' : 'rejected', rejection?.reason])
    }),
    {
      numRuns: 1000,
      examples: [
        [craft(pair), audience, [], {}],
        [craft(pair), audience, ['items:read'], {}],
      ],
    },
  )
  assert.ok(outcomes.has('passes') && outcomes.has('scope_missing') && outcomes.size > 5, [...outcomes].join())
})
