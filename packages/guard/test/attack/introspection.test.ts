/** Attacks on a guard that asks the issuer about tokens; for an endpoint that fails see introspection-outage.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeHangingNetwork } from '../support/hanging-network.ts'
import {
  activeAnswer,
  introspectionPath,
  makeIntrospectionGuard,
  serveIntrospection,
} from '../support/introspection.ts'
import { startIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

test('K2 of a token that is unknown, expired or revoked, no more is told than that it is invalid', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer)
  const { body } = await assertRequestRejected(makeIntrospectionGuard(issuer), 'garbage', 401, 'token_inactive')
  assert.equal(body['error'], 'invalid_token')
  assert.doesNotMatch(JSON.stringify(body), /inactive|garbage/)
})

test('K2 a token of any length is not sent anywhere', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer)
  await assertRequestRejected(makeIntrospectionGuard(issuer), 'x'.repeat(16_385), 401, 'token_too_long')
  assert.equal(issuer.countOf(), 0)
})

test('K4 a token of a user who was disabled passes no longer than an answer counts', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock, cacheFor: 5 })
  answer(() => activeAnswer)
  await assertPasses(guard, 'token')
  answer(() => ({ active: false }))
  clock.moveTo(testTime + 5)
  await assertRequestRejected(guard, 'token', 401, 'token_inactive')
})

test('K4 an answer counts from when it was asked for, however long the issuer takes', async (t) => {
  const issuer = await startIssuer(t)
  const clock = makeClock()
  serveIntrospection(issuer).answer(() => {
    clock.moveTo(clock.now() + 4)
    return activeAnswer
  })
  const guard = makeIntrospectionGuard(issuer, { clock, cacheFor: 5 })
  await assertPasses(guard, 'token')
  clock.moveTo(testTime + 5)
  await assertPasses(guard, 'token')
  assert.equal(issuer.countOf(introspectionPath), 2)
})

test('K4 with cacheFor 0 the issuer is asked each time', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  const guard = makeIntrospectionGuard(issuer, { cacheFor: 0 })
  answer(() => activeAnswer)
  await assertPasses(guard, 'token')
  answer(() => ({ active: false }))
  await assertRequestRejected(guard, 'token', 401, 'token_inactive')
  answer(() => activeAnswer)
  await assertPasses(guard, 'token')
})

test('K4 with cacheFor 0, a request that comes after a revocation does not take the answer that was asked for before', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  const clock = makeClock()
  const network = makeHangingNetwork(introspectionPath)
  const guard = makeIntrospectionGuard(issuer, { clock, cacheFor: 0, options: { fetch: network.fetch } })
  answer(() => activeAnswer)
  network.hang(true)
  const before = guard.checkToken('token')
  await network.hung
  network.hang(false)
  answer(() => ({ active: false }))
  clock.moveTo(testTime + 0.1)
  await assertRequestRejected(guard, 'token', 401, 'token_inactive')
  answer(() => activeAnswer)
  network.release()
  await before
  assert.equal(issuer.countOf(introspectionPath), 2)
})

test('K4 a clock that is set back makes no answer count for longer', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock })
  answer((token) => (token === 'good' ? activeAnswer : { active: false }))
  await assertPasses(guard, 'good')
  await assertRequestRejected(guard, 'bad', 401, 'token_inactive')
  answer((token) => (token === 'bad' ? { ...activeAnswer, iat: testTime - 3600 } : { active: false }))
  for (const earlier of [3600, 600]) {
    clock.moveTo(testTime - earlier)
    await assertRequestRejected(guard, 'good', 401, 'token_inactive')
    await assertPasses(guard, 'bad')
  }
})

test('E24 an answer ends with its token, also when it would count for longer', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  answer(() => ({ ...activeAnswer, exp: testTime + 3 }))
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock })
  await assertPasses(guard, 'token')
  clock.moveTo(testTime + 3)
  await assertRequestRejected(guard, 'token', 401, 'token_expired')
})

test('E24 tokens that are nearly the same are never taken for one another', async (t) => {
  const issuer = await startIssuer(t)
  const long = 'x'.repeat(5000)
  serveIntrospection(issuer).answer((token) => ({ ...activeAnswer, sub: token.slice(-1) }))
  const guard = makeIntrospectionGuard(issuer)
  for (const token of ['tokenA', 'tokena', 'tokenB', `${long}A`, `${long}B`, 'tokenA', `${long}A`]) {
    assert.equal((await assertPasses(guard, token)).subject, token.slice(-1))
  }
})

test('requests that come together with one token ask once', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  answer((token) => (token === 'good' ? activeAnswer : { active: false }))
  const guard = makeIntrospectionGuard(issuer)
  await Promise.all(Array.from({ length: 50 }, () => assertPasses(guard, 'good')))
  await Promise.all(Array.from({ length: 50 }, () => assertRequestRejected(guard, 'bad', 401, 'token_inactive')))
  assert.equal(issuer.countOf(introspectionPath), 2)
})

test('a token that is not good is introspected once as well, until the response is no longer used', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock })
  await assertRequestRejected(guard, 'token', 401, 'token_inactive')
  answer(() => activeAnswer)
  await assertRequestRejected(guard, 'token', 401, 'token_inactive')
  assert.equal(issuer.countOf(introspectionPath), 1)
  clock.moveTo(testTime + 10)
  await assertPasses(guard, 'token')
})

test('tokens that are made up push out no answer about a good one', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer((token) => (token === 'good' ? activeAnswer : { active: false }))
  const guard = makeIntrospectionGuard(issuer, { options: { cacheSize: 4 } })
  await assertPasses(guard, 'good')
  for (let index = 0; index < 20; index++) await assertRequestRejected(guard, `bad-${index}`, 401, 'token_inactive')
  await assertPasses(guard, 'good')
  assert.equal(issuer.countOf(introspectionPath), 21)
})

test('members of a prototype are no members', async (t) => {
  const issuer = await startIssuer(t)
  const { answer } = serveIntrospection(issuer)
  answer(() => '{"__proto__":{"active":true,"sub":"root"}}')
  await assertRequestRejected(makeIntrospectionGuard(issuer), 'token', 401, 'token_inactive')
  answer(() => '{"active":true,"sub":"tim","token_type":"bearer","__proto__":{"isAdmin":true}}')
  const { claims } = await assertPasses(makeIntrospectionGuard(issuer), 'token')
  assert.equal(Reflect.get(Object.assign({}, claims), 'isAdmin'), undefined)
})
