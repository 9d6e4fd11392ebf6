/** Whom a token is for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from '../../src/explain/explain.ts'
import { makeGuard } from '../support/guards.ts'
import { activeAnswer, makeIntrospectionGuard, serveIntrospection } from '../support/introspection.ts'
import { startIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, issuer, makePairSigner, testTime } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier } from '../support/verifiers.ts'

const signer = await makePairSigner('ES256', 'key-1')

for (const audience of [
  'https://api.example',
  'https://api.example/',
  'http://127.0.0.1:3000',
  'https://api.example:8443/',
]) {
  test(`${audience} may stand in a token with a slash at its end, and without`, async () => {
    const origin = audience.replace(/\/$/, '')
    const guard = makeGuard([signer], { audience })
    for (const aud of [origin, `${origin}/`, ['other', origin]]) {
      await assertPasses(guard, craft(signer, { claims: { aud } }))
    }
    for (const aud of [
      `${origin}//`,
      `${origin}/a`,
      `${origin}:443`,
      origin.toUpperCase(),
      `${origin}#`,
      `${origin}?`,
    ]) {
      await assertRequestRejected(guard, craft(signer, { claims: { aud } }), 401, 'audience_mismatch')
    }
  })
}

for (const [audience, other] of [
  ['https://api.example/mcp', 'https://api.example/mcp/'],
  ['https://api.example/mcp/', 'https://api.example/mcp'],
  ['https://api.example?', 'https://api.example?/'],
  ['urn:example:api', 'urn:example:api/'],
  ['items', 'items/'],
] as const) {
  test(`${audience} has one spelling: ${other} is another`, async () => {
    const guard = makeGuard([signer], { audience })
    await assertPasses(guard, craft(signer, { claims: { aud: audience } }))
    await assertRequestRejected(guard, craft(signer, { claims: { aud: other } }), 401, 'audience_mismatch')
  })
}

// Amazon Cognito: access tokens have no aud, and ID tokens no client_id.
const byClient = makeGuard([signer], { audience: { claim: 'client_id', values: ['app', 'other'] }, type: 'JWT' })
const plain = { header: { typ: 'JWT' } }

for (const [what, claims] of [
  ['a token of that client, without aud', { aud: undefined }],
  ['a token of another one of the values', { aud: undefined, client_id: 'other' }],
  ['a token of that client for anything', { aud: 'https://anything.example' }],
] as const) {
  test(`audience by client_id: ${what} passes`, async () => {
    await assertPasses(byClient, craft(signer, { ...plain, claims }))
  })
}

for (const [what, claims] of [
  ['of another client', { client_id: 'evil' }],
  ['of a client in other letters', { client_id: 'APP' }],
  ['of no client', { client_id: undefined, aud: undefined }],
  ['that has the value in aud alone, such as an ID token', { client_id: undefined, aud: 'app' }],
] as const) {
  test(`audience by client_id: a token ${what} is rejected`, async () => {
    const { expected } = await assertRequestRejected(
      byClient,
      craft(signer, { ...plain, claims }),
      401,
      'audience_mismatch',
    )
    assert.equal(expected, 'client_id "app"')
  })
}

test('audience by a claim: a list needs one of the values, and all of its members must be text', async () => {
  const guard = makeGuard([signer], { audience: { claim: 'teams', values: ['a', 'b'] } })
  const tokenOf = (teams: unknown) => craft(signer, { claims: { teams } })
  for (const teams of ['a', ['x', 'b']]) await assertPasses(guard, tokenOf(teams))
  for (const teams of ['x', [], ['x'], [['a']], { 0: 'a' }, 1, null, undefined, ['a', 1]]) {
    await assertRequestRejected(guard, tokenOf(teams), 401, 'audience_mismatch')
  }
})

test('audience by aud: several identifiers, compared exactly', async () => {
  const guard = makeGuard([signer], { audience: { claim: 'aud', values: ['https://a.example', 'https://b.example'] } })
  await assertPasses(guard, craft(signer, { claims: { aud: 'https://b.example' } }))
  await assertRequestRejected(guard, craft(signer, { claims: { aud: 'https://b.example/' } }), 401, 'audience_mismatch')
})

test('audience by a claim: explain compares the same claim', async () => {
  const settings = {
    keys: [signer.verification],
    issuer,
    audience: { claim: 'client_id', values: ['app'] },
    now: () => testTime,
  }
  const passing = await explain(craft(signer, { claims: { aud: undefined } }), settings)
  assert.equal(passing.decision, 'passes')
  const found = ({ checks }: typeof passing) => checks.find(({ check }) => check === 'aud')
  assert.deepEqual([found(passing)?.expected, found(passing)?.received], ['client_id "app"', '"app"'])
  const rejected = await explain(craft(signer, { claims: { client_id: 'evil' } }), settings)
  assert.deepEqual([rejected.reason, found(rejected)?.received], ['audience_mismatch', '"evil"'])
})

test('audience by a claim: a verifier whose tokens may lack iss and aud needs the claim all the same', async () => {
  const verifier = makeVerifier([signer], { type: 'minimal-jwt', audience: { claim: 'client_id', values: ['app'] } })
  await assertVerified(verifier, craft(signer, { ...plain, claims: { aud: undefined } }))
  await assertRejected(verifier, craft(signer, { ...plain, claims: { client_id: undefined } }), 'audience_mismatch')
})

test('audience by a claim: an introspection response without token_type may be about a refresh token, which has a client too', async (t) => {
  const served = await startIssuer(t)
  const { token_type: _, ...untyped } = activeAnswer
  serveIntrospection(served).answer(() => ({ ...untyped, aud: audience }))
  const guardBy = (claim: string, values: readonly string[]) =>
    makeIntrospectionGuard(served, { options: { audience: { claim, values } } })
  await assertRequestRejected(guardBy('client_id', ['app']), 'token', 401, 'type_mismatch')
  await assertPasses(guardBy('aud', [audience]), 'token')
})
