/** Attacks on what a guard knows of revoked tokens: tokens that slip past the list, and lists that are not the issuer's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../../src/index.ts'
import { feedPath, signFeed } from '../support/feed.ts'
import { followFeed } from '../support/followed-feed.ts'
import type { IssuerReply, TestIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, makePairSigner, testTime } from '../support/tokens.ts'

/** The order of P-256 (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The other signature that every ES256 signature implies: (r, n - s). */
function twinOf(token: string): string {
  const dot = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  const twin = (order - BigInt(`0x${signature.toString('hex', 32)}`)).toString(16).padStart(64, '0')
  return `${token.slice(0, dot)}.${Buffer.concat([signature.subarray(0, 32), Buffer.from(twin, 'hex')]).toString('base64url')}`
}

test('E20 the twin of a revoked token is revoked as well', async (t) => {
  const { guard, feed, tokenOf, clock } = await followFeed(t)
  const token = tokenOf()
  const twin = twinOf(token)
  assert.notEqual(twin, token)
  await assertPasses(guard, token)
  await assertPasses(guard, twin)
  feed.publish({ tokens: ['token-1'] })
  clock.moveTo(testTime + 21)
  await assertRequestRejected(guard, token, 401, 'token_revoked')
  await assertRequestRejected(guard, twin, 401, 'token_revoked')
})

test('E24 a token that is remembered is rejected as soon as it is in the list', async (t) => {
  const { guard, feed, tokenOf, clock } = await followFeed(t)
  const token = tokenOf()
  const access = await assertPasses(guard, token)
  assert.equal(await assertPasses(guard, token), access)
  feed.publish({ subjects: { wNGeRINXH_B8sBpNP1SEEC: testTime + 1 } })
  clock.moveTo(testTime + 21)
  await assertRequestRejected(guard, token, 401, 'token_revoked')
  await assertRequestRejected(guard, token, 401, 'token_revoked')
})

test('E24 tokens of two users are never taken for one another', async (t) => {
  const { guard, feed, tokenOf } = await followFeed(t)
  feed.publish({ subjects: { wNGeRINXH_B8sBpNP1SEEC: testTime + 1 } })
  for (let round = 0; round < 3; round++) {
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    await assertPasses(guard, tokenOf({ sub: 'tom', jti: `of-tom-${round}` }))
  }
})

test('names that every object has are names like others', async (t) => {
  const { guard, feed, tokenOf } = await followFeed(t)
  feed.publish({ clients: JSON.parse(`{"__proto__":${testTime + 1}}`) })
  await assertRequestRejected(guard, tokenOf({ client_id: '__proto__' }), 401, 'token_revoked')
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    await assertPasses(guard, tokenOf({ client_id: name, jti: name, grant_id: name, sub: name }))
  }
})

test('a list is no access token', async (t) => {
  const { guard, issuer, clock } = await followFeed(t)
  const claims = { iat: testTime, exp: testTime + 600, aud: audience, sub: 'tim' }
  await assertRequestRejected(guard, signFeed(issuer, claims), 401, 'type_mismatch')
  const lenient = createGuard({ issuer: issuer.url, audience, type: 'JWT', now: clock.now })
  await assertRequestRejected(lenient, signFeed(issuer, claims), 401, 'type_mismatch')
})

const other = await makePairSigner('ES256', 'key-1')
const unknown = await makePairSigner('ES256', 'key-2')
const body = (write: (issuer: TestIssuer) => string) => (issuer: TestIssuer) => ({ body: write(issuer) })
const built = { iat: testTime }

const forged: readonly (readonly [what: string, message: RegExp, reply: (issuer: TestIssuer) => IssuerReply])[] = [
  ['of another key', /signature_mismatch/, body((issuer) => signFeed(issuer, built, {}, other))],
  ['of an unknown key', /key_unknown/, body((issuer) => signFeed(issuer, built, { kid: 'key-2' }, unknown))],
  ['of no key', /algorithm_mismatch/, body((issuer) => signFeed(issuer, built, { alg: 'none' }))],
  ['that is no JWT', /token_malformed/, body((issuer) => JSON.stringify({ iss: issuer.url, ...built, tokens: [] }))],
  ['that is an access token', /type_mismatch/, body(({ url, signer }) => craft(signer, { claims: { iss: url } }))],
  ['without a type', /type_mismatch/, body((issuer) => signFeed(issuer, built, { typ: undefined }))],
  ['of another issuer', /issuer_mismatch/, body((issuer) => signFeed(issuer, { ...built, iss: 'https://a.example' }))],
  ['of no issuer', /issuer_mismatch/, body((issuer) => signFeed(issuer, { ...built, iss: undefined }))],
  ['without a time', /iat must be seconds/, body((issuer) => signFeed(issuer, {}))],
  ['of the future', /iat must be at most 60 s ahead/, body((issuer) => signFeed(issuer, { iat: testTime + 61 }))],
  [
    'of two minutes ago',
    /iat must be at most 120 s before/,
    body((issuer) => signFeed(issuer, { iat: testTime - 122 })),
  ],
  ['of last year', /no cache may keep the feed/, body((issuer) => signFeed(issuer, { iat: testTime - 31_536_000 }))],
  ['with half of its members', /grants must be/, body((issuer) => signFeed(issuer, { ...built, grants: undefined }))],
  ['of nothing', /token_malformed/, () => ({ body: '' })],
  ['of more than 8 MiB', /longer than 8388608 bytes/, () => ({ body: 'x'.repeat(8 * 1024 * 1024 + 1) })],
  ['that is elsewhere', /redirect, which is not followed/, () => ({ status: 302, headers: { location: '/x' } })],
  ['that is unchanged, though none was read', /redirect|304/, () => ({ status: 304 })],
]
for (const [what, message, reply] of forged) {
  test(`a list ${what} opens nothing, and the operator is informed`, async (t) => {
    const { guard, issuer, tokenOf, failures } = await followFeed(t)
    issuer.serve(feedPath, () => reply(issuer))
    await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
    assert.equal(failures.length, 1)
    assert.match(failures.join(), message)
    assert.match(failures.join(), /^revocations: [\x20-\x7e]{1,200}$/)
  })

  test(`a list ${what} replaces none`, async (t) => {
    const { guard, issuer, tokenOf, failures, clock } = await followFeed(t)
    issuer.serve(feedPath, () => ({ body: signFeed(issuer, { ...built, tokens: ['token-1'] }) }))
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    issuer.serve(feedPath, () => reply(issuer))
    // Far enough for the check to wait for it, and not for what is of the future to be of the present.
    clock.moveTo(testTime - 1)
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    assert.equal(failures.length, 1)
    await assertPasses(guard, tokenOf({ jti: 'token-2' }))
  })
}

test('a list that was recorded before the one at hand brings no token back', async (t) => {
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t)
  issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat: testTime, tokens: ['token-1'] }) }))
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat: testTime - 61 }) }))
  clock.moveTo(testTime + 21)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  assert.match(failures.join(), /iat must not be more than 60 s before that of the newest/)
})

test('lists that are each a little older than the one before lead back to none', async (t) => {
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t)
  issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat: testTime, tokens: ['token-1'] }) }))
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  for (const [iat, told] of [
    [testTime - 59, 0],
    [testTime - 61, 1],
  ] as const) {
    issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat, tokens: ['token-1'] }) }))
    clock.moveTo(clock.now() + 21)
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    assert.equal(failures.length, told)
  }
})

test('two processes of an issuer whose clocks differ a little may answer in turn', async (t) => {
  const { guard, issuer, tokenOf, clock } = await followFeed(t)
  issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat: testTime + 60 }) }))
  await assertPasses(guard, tokenOf())
  issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat: testTime, tokens: ['token-1'] }) }))
  clock.moveTo(testTime + 21)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
})

test('with failAfter, a cache that calls the list unchanged for ever keeps nobody in', async (t) => {
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t, { revocations: { failAfter: 60 } })
  issuer.serve(feedPath, ({ headers }) =>
    headers['if-none-match'] === '"old"'
      ? { status: 304 }
      : { headers: { etag: '"old"' }, body: signFeed(issuer, { iat: testTime }) },
  )
  for (const later of [0, 21, 42, 60]) {
    clock.moveTo(testTime + later)
    await assertPasses(guard, tokenOf())
  }
  clock.moveTo(testTime + 81)
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.deepEqual(failures, [])
})

test('with failAfter, 304 is no answer to who asks for the whole list', async (t) => {
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t, { revocations: { failAfter: 60 } })
  await assertPasses(guard, tokenOf())
  issuer.serve(feedPath, () => ({ status: 304 }))
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf())
  clock.moveTo(testTime + 61)
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.match(failures.join(), /status 304/)
})

test('a feed that everyone could write is not fetched', async (t) => {
  const { guard, issuer, tokenOf, failures } = await followFeed(t)
  issuer.describe({ revocation_feed_uri: 'http://auth.example/revocations' })
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.match(failures.join(), /https/)
})
