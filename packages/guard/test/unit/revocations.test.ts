/** How a guard follows the revocation feed: when it fetches, who waits for it, and what holds while the issuer is unavailable. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { feedPath, signFeed } from '../support/feed.ts'
import { followFeed, passes, until } from '../support/followed-feed.ts'
import { makeHangingNetwork } from '../support/hanging-network.ts'
import { jwksPath, metadataPath } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { craft, makePairSigner, testTime } from '../support/tokens.ts'

const revokingToken = { tokens: ['token-1'] }

const lists: readonly (readonly [by: string, members: Readonly<Record<string, unknown>>])[] = [
  ['token', revokingToken],
  ['grant', { grants: ['grant-id-of'] }],
  // SHA-256 of "tim".
  ['subject', { subjects: { wNGeRINXH_B8sBpNP1SEEC: testTime + 1 } }],
  ['client', { clients: { app: testTime + 1 } }],
]
for (const [by, members] of lists) {
  test(`a token is rejected when the list has its ${by}, and others pass`, async (t) => {
    const { guard, feed, tokenOf } = await followFeed(t)
    feed.publish(members)
    const { received, body } = await assertRequestRejected(
      guard,
      tokenOf({ grant_id: 'grant-id-of-tim' }),
      401,
      'token_revoked',
    )
    assert.equal(received, `revoked by its ${by}`)
    assert.equal(body['error'], 'invalid_token')
    await assertPasses(guard, tokenOf({ jti: 'token-2', sub: 'ada', client_id: 'other', grant_id: 'another' }))
  })
}

test('a token that was issued again after all of its subject were revoked passes', async (t) => {
  const { guard, feed, tokenOf, clock } = await followFeed(t)
  feed.publish({ subjects: { wNGeRINXH_B8sBpNP1SEEC: testTime + 1 } })
  const token = tokenOf({ iat: testTime + 1 })
  clock.moveTo(testTime + 1)
  const access = await assertPasses(guard, token)
  assert.equal(await assertPasses(guard, token), access)
})

test('the list is fetched at the first check, and not again while it is fresh', async (t) => {
  const { guard, issuer, tokenOf, clock } = await followFeed(t)
  assert.equal(issuer.countOf(), 0)
  await Promise.all(Array.from({ length: 50 }, () => assertPasses(guard, tokenOf())))
  clock.moveTo(testTime + 10)
  await assertPasses(guard, tokenOf())
  assert.equal(issuer.countOf(feedPath), 1)
})

test('a list older than the interval is fetched again by one check, and none waits for it', async (t) => {
  const network = makeHangingNetwork(feedPath)
  const { guard, feed, issuer, tokenOf, clock } = await followFeed(t, { fetch: network.fetch })
  await assertPasses(guard, tokenOf())
  feed.publish(revokingToken)
  clock.moveTo(testTime + 11)
  network.hang(true)
  await assertPasses(guard, tokenOf())
  await network.hung
  await assertPasses(guard, tokenOf())
  network.release()
  await until(async () => !(await passes(guard, tokenOf())))
  assert.equal(issuer.countOf(feedPath), 2)
})

test('a list older than twice the interval decides nothing: the check waits for the next', async (t) => {
  const { guard, feed, tokenOf, clock } = await followFeed(t)
  await assertPasses(guard, tokenOf())
  feed.publish(revokingToken)
  clock.moveTo(testTime + 21)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
})

test('a list whose fetch began in time is waited for once it is too old', async (t) => {
  const network = makeHangingNetwork(feedPath)
  const { guard, feed, tokenOf, clock } = await followFeed(t, { fetch: network.fetch })
  await assertPasses(guard, tokenOf())
  feed.publish(revokingToken)
  clock.moveTo(testTime + 15)
  network.hang(true)
  await assertPasses(guard, tokenOf())
  await network.hung
  clock.moveTo(testTime + 21)
  const outcome = assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  network.release()
  await outcome
})

test('a list that is unchanged is not sent again, and counts as fresh', async (t) => {
  const { guard, feed, issuer, tokenOf, clock } = await followFeed(t)
  feed.publish({ tokens: ['another'] })
  await assertPasses(guard, tokenOf())
  for (const later of [21, 42]) {
    clock.moveTo(testTime + later)
    await assertPasses(guard, tokenOf())
  }
  clock.moveTo(testTime + 52)
  await assertPasses(guard, tokenOf())
  assert.deepEqual([issuer.countOf(feedPath), feed.unchanged()], [3, 2])
  feed.publish(revokingToken)
  clock.moveTo(testTime + 63)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
})

test('a feed without an ETag is read whole each time', async (t) => {
  const { guard, issuer, tokenOf, clock } = await followFeed(t)
  issuer.serve(feedPath, () => ({ body: signFeed(issuer, { iat: clock.now() }) }))
  await assertPasses(guard, tokenOf())
  issuer.serve(feedPath, ({ headers }) => {
    assert.equal(headers['if-none-match'], undefined)
    return { body: signFeed(issuer, { iat: clock.now(), ...revokingToken }) }
  })
  clock.moveTo(testTime + 21)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
})

test('the interval can be set', async (t) => {
  const { guard, feed, tokenOf, clock } = await followFeed(t, { revocations: { interval: 1 } })
  await assertPasses(guard, tokenOf())
  feed.publish(revokingToken)
  clock.moveTo(testTime + 2.1)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
})

test('a clock that is set back makes no list fresh', async (t) => {
  const { guard, feed, tokenOf, clock } = await followFeed(t)
  await assertPasses(guard, tokenOf())
  feed.publish({ ...revokingToken, iat: testTime })
  clock.moveTo(testTime - 20)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
})

test('without any list no token passes, and the issuer is asked again after a moment, not at each request', async (t) => {
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t)
  const serving = signFeed(issuer, { iat: testTime })
  issuer.serve(feedPath, () => ({ status: 500 }))
  const { headers } = await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.ok(headers['retry-after'])
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.equal(issuer.countOf(feedPath), 1)
  assert.deepEqual(failures, ['revocations: the response has the status 500 instead of 200'])
  issuer.serve(feedPath, () => ({ body: serving }))
  clock.moveTo(testTime + 3)
  await assertPasses(guard, tokenOf())
})

test('through an outage the last list holds, nobody waits, and the issuer is asked once an interval', async (t) => {
  const { guard, feed, issuer, tokenOf, clock, failures } = await followFeed(t)
  feed.publish(revokingToken)
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  issuer.serve(feedPath, () => ({ status: 503 }))
  clock.moveTo(testTime + 21)
  // The first request after an idle time waits, and is then decided with the last list.
  await assertPasses(guard, tokenOf({ jti: 'token-2' }))
  await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  assert.equal(issuer.countOf(feedPath), 2)
  for (const [round, later] of [32, 43, 54].entries()) {
    clock.moveTo(testTime + later)
    await assertPasses(guard, tokenOf({ jti: 'token-2' }))
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    await until(() => failures.length === round + 2)
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    assert.equal(issuer.countOf(feedPath), round + 3)
  }
})

test('while the issuer is unavailable, no check waits for the next attempt', async (t) => {
  const network = makeHangingNetwork(feedPath)
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t, { fetch: network.fetch })
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  clock.moveTo(testTime + 21)
  await assertPasses(guard, tokenOf())
  await until(() => failures.length === 1)
  clock.moveTo(testTime + 32)
  network.hang(true)
  await assertPasses(guard, tokenOf())
  await network.hung
  await assertPasses(guard, tokenOf())
})

test('with failAfter, a list that is too old lets nobody pass, until the issuer is back', async (t) => {
  const { guard, issuer, tokenOf, clock, failures } = await followFeed(t, { revocations: { failAfter: 60 } })
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  clock.moveTo(testTime + 60)
  await assertPasses(guard, tokenOf())
  clock.moveTo(testTime + 61)
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  await issuer.resume()
  clock.moveTo(testTime + 71)
  await until(() => passes(guard, tokenOf()))
  assert.equal(failures.length, 1)
})

test('with failAfter, an unchanged list is fetched whole before it is too old, and stays in force', async (t) => {
  const { guard, feed, issuer, tokenOf, clock, failures } = await followFeed(t, { revocations: { failAfter: 60 } })
  for (const later of [0, 21, 42, 63, 84, 105, 126]) {
    clock.moveTo(testTime + later)
    await assertPasses(guard, tokenOf())
  }
  // At 0, 42, 84 and 126 whole.
  assert.deepEqual([issuer.countOf(feedPath), feed.unchanged(), failures], [7, 3, []])
})

test('with failAfter, a list counts from when it was signed, by the clock of the issuer', async (t) => {
  const { guard, issuer, feed, tokenOf, clock } = await followFeed(t, { revocations: { failAfter: 60 } })
  feed.publish({ iat: testTime - 30 })
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  clock.moveTo(testTime + 30)
  await assertPasses(guard, tokenOf())
  clock.moveTo(testTime + 31)
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
})

test('an issuer without a feed lets nobody pass, and the operator is informed the fix', async (t) => {
  const { guard, issuer, tokenOf, failures } = await followFeed(t)
  issuer.describe({ revocation_feed_uri: undefined })
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.match(failures.join(), /^revocations: the metadata has no revocation_feed_uri: leave out revocations/)
})

test('an issuer that cannot be reached lets nobody pass', async (t) => {
  const { guard, issuer, tokenOf, failures } = await followFeed(t)
  await issuer.stop()
  await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
  assert.equal(issuer.countOf(metadataPath), 0)
  assert.ok(failures.length > 0)
})

for (const end of ['release', 'drop'] as const) {
  test(`a fetch that never ends is given up after half a minute; its end after all (${end}) changes nothing`, async (t) => {
    const network = makeHangingNetwork(feedPath)
    const { guard, feed, tokenOf, clock, issuer } = await followFeed(t, { fetch: network.fetch })
    await assertPasses(guard, tokenOf())
    feed.publish(revokingToken)
    clock.moveTo(testTime + 11)
    network.hang(true)
    await assertPasses(guard, tokenOf())
    await network.hung
    network.hang(false)
    clock.moveTo(testTime + 42)
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
    assert.equal(issuer.countOf(feedPath), 2)
    network[end]()
    await network.ended
    await assertRequestRejected(guard, tokenOf(), 401, 'token_revoked')
  })
}

test('a token of a key that the issuer has revoked is rejected, although the guard still has the key', async (t) => {
  const { issuer, feed, clock, guard, tokenOf } = await followFeed(t)
  const token = tokenOf()
  await guard.checkToken(token)
  feed.publish({ keys: ['another key'] })
  clock.moveTo(testTime + 21)
  await guard.checkToken(token)
  feed.publish({ keys: ['another key', issuer.signer.verification.keyId] })
  clock.moveTo(testTime + 42)
  await assert.rejects(guard.checkToken(token), { reason: 'token_revoked' })
  await assert.rejects(guard.checkToken(tokenOf({ sub: 'ann' })), { reason: 'token_revoked' })
})

test('a list that is signed with a new key is taken at once, although the keys were fetched a moment ago', async (t) => {
  const { issuer, clock, guard, tokenOf, failures } = await followFeed(t)
  const token = tokenOf()
  await guard.checkToken(token)
  const restored = await makePairSigner('ES256', 'key-2')
  const jwk = { ...restored.publicKey.export({ format: 'jwk' }), kid: 'key-2', alg: 'ES256', use: 'sig' }
  issuer.serve(jwksPath, () => ({ body: { keys: [jwk] } }))
  issuer.serve(feedPath, () => ({
    headers: { 'content-type': 'application/revocations+jwt' },
    body: signFeed(issuer, { iat: clock.now(), not_before: testTime + 15 }, { kid: 'key-2' }, restored),
  }))
  clock.moveTo(testTime + 21)
  await assert.rejects(guard.checkToken(token))
  const later = craft(restored, {
    claims: { iss: issuer.url, iat: testTime + 15, exp: testTime + 86_400 },
    header: { kid: 'key-2' },
  })
  await assertPasses(guard, later)
  assert.deepEqual(failures, [])
  assert.equal(issuer.countOf(jwksPath), 2)
})
