/** A guard that introspects, while the endpoint fails, hangs or is away: it opens nothing, and asks no more than it must (E32). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guard } from '../../src/index.ts'
import { rejectionOf } from '../support/guards.ts'
import { makeHangingNetwork } from '../support/hanging-network.ts'
import {
  activeAnswer,
  clientSecret,
  introspectionPath,
  makeIntrospectionGuard,
  serveIntrospection,
} from '../support/introspection.ts'
import { type IssuerReply, startIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

const failing: readonly (readonly [what: string, reply: IssuerReply, message: RegExp])[] = [
  ['a page', { body: '<html>' }, /not valid JSON|a JSON object/],
  ['an array', { body: '[{"active":true}]' }, /JSON object/],
  ['a member twice', { body: '{"active":false,"active":true}' }, /JSON/],
  ['65 kB', { body: JSON.stringify({ ...activeAnswer, padding: 'x'.repeat(66_000) }) }, /longer than 65536 bytes/],
  ['an error', { status: 500, body: activeAnswer }, /status 500/],
  ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }, /redirect, which is not followed/],
  ['no body', { status: 204 }, /status 204/],
]
for (const [what, reply, message] of failing) {
  test(`an endpoint that answers ${what} opens nothing, and the operator is informed`, async (t) => {
    const issuer = await startIssuer(t)
    serveIntrospection(issuer)
    issuer.serve(introspectionPath, () => reply)
    const told: unknown[] = []
    const options = { onFailure: (failure: unknown) => told.push(failure) }
    await assertRequestRejected(makeIntrospectionGuard(issuer, { options }), 'secret-token', 503, 'issuer_unavailable')
    assert.match(JSON.stringify(told), message)
    assert.equal(told.length, 1)
    assert.doesNotMatch(JSON.stringify(told), new RegExp(`secret-token|${clientSecret}`))
  })
}

test('an issuer without the endpoint opens nothing, and the operator is informed the fix', async (t) => {
  const issuer = await startIssuer(t)
  const told: string[] = []
  const options = { onFailure: ({ message }: { message: string }) => told.push(message) }
  await assertRequestRejected(makeIntrospectionGuard(issuer, { options }), 'token', 503, 'issuer_unavailable')
  assert.match(told.join(), /no introspection_endpoint: give introspection\.endpoint/)
})

test('an endpoint that everyone could listen in on is not asked', async (t) => {
  const issuer = await startIssuer(t)
  issuer.describe({ introspection_endpoint: 'http://auth.example/introspect' })
  await assertRequestRejected(makeIntrospectionGuard(issuer), 'token', 503, 'issuer_unavailable')
})

test('through an outage an answer counts as long as it would have, and no longer', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => activeAnswer)
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock })
  await assertPasses(guard, 'token')
  await issuer.stop()
  clock.moveTo(testTime + 9)
  await assertPasses(guard, 'token')
  clock.moveTo(testTime + 10)
  await assertRequestRejected(guard, 'token', 503, 'issuer_unavailable')
  await issuer.resume()
  clock.moveTo(testTime + 11.1)
  await assertPasses(guard, 'token')
})

for (const [what, reply] of [
  ['is away', undefined],
  ['refuses the credentials of the guard', { status: 401 }],
  ['wants fewer requests', { status: 429 }],
  ['is behind a gateway that does not reach it', { status: 502 }],
] as const) {
  test(`an endpoint that ${what} is not introspected any token for a second`, async (t) => {
    const issuer = await startIssuer(t)
    serveIntrospection(issuer).answer(() => activeAnswer)
    const clock = makeClock()
    const told: string[] = []
    const endpoint = `${issuer.url}${introspectionPath}`
    const options = {
      introspection: { endpoint, clientId: 'api', clientSecret },
      onFailure: ({ message }: { message: string }) => told.push(message),
    }
    const guard = makeIntrospectionGuard(issuer, { clock, options })
    await assertPasses(guard, 'known')
    if (reply === undefined) await issuer.stop()
    else issuer.serve(introspectionPath, () => reply)
    for (const later of [0, 0.5, 1]) {
      clock.moveTo(testTime + later)
      await assertRequestRejected(guard, `token-${later}`, 503, 'issuer_unavailable')
      await assertPasses(guard, 'known')
    }
    assert.equal(told.length, 1)
    clock.moveTo(testTime + 1.1)
    await assertRequestRejected(guard, 'token', 503, 'issuer_unavailable')
    assert.equal(told.length, 2)
  })
}

test('a token about which the endpoint fails is not introspected for a second, and the others are', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer)
  issuer.serve(introspectionPath, ({ body }) => (body.includes('bad') ? { status: 500 } : { body: activeAnswer }))
  const clock = makeClock()
  const guard = makeIntrospectionGuard(issuer, { clock })
  await assertRequestRejected(guard, 'bad', 503, 'issuer_unavailable')
  clock.moveTo(testTime + 0.9)
  await assertRequestRejected(guard, 'bad', 503, 'issuer_unavailable')
  await assertPasses(guard, 'good')
  assert.equal(issuer.countOf(introspectionPath), 2)
  clock.moveTo(testTime + 1)
  await assertRequestRejected(guard, 'bad', 503, 'issuer_unavailable')
  assert.equal(issuer.countOf(introspectionPath), 3)
})

/** The part of a guard that introspects is loaded by the first check, here one that sends no request. */
async function loadIntrospection(guard: Guard): Promise<void> {
  await assertRequestRejected(guard, 'x'.repeat(20_000), 401, 'token_too_long')
}

test('E32 of two thousand tokens at once, a hundred are asked about while the endpoint hangs', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => activeAnswer)
  const clock = makeClock()
  let asked = 0
  const answered = Promise.withResolvers<void>()
  const slow: typeof fetch = async () => {
    asked++
    await answered.promise
    return Response.json(activeAnswer)
  }
  const endpoint = `${issuer.url}${introspectionPath}`
  const introspection = { endpoint, clientId: 'api', clientSecret }
  // With cacheFor 0, requests with the same token are not combined: they count like those with different tokens.
  const guard = makeIntrospectionGuard(issuer, {
    clock,
    options: { introspection: { ...introspection, cacheFor: 0 }, fetch: slow },
  })
  await loadIntrospection(guard)
  const outcomes = Array.from({ length: 2000 }, (_, index) => {
    clock.moveTo(testTime + index / 1000)
    return guard.checkToken(index % 2 === 0 ? 'one' : `token-${index}`).then(
      () => 'passed',
      (rejection: { status: number }) => rejection.status,
    )
  })
  assert.deepEqual(new Set(await Promise.all(outcomes.slice(100))), new Set([503]))
  assert.equal(asked, 100)
  answered.resolve()
  assert.deepEqual(new Set(await Promise.all(outcomes.slice(0, 100))), new Set(['passed']))
  await assertPasses(guard, 'another')
  assert.equal(asked, 101)
})

test('requests that an edge runtime dropped are forgotten after half a minute: they take no place for ever', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const issuer = await startIssuer(t)
  const clock = makeClock()
  let isDropping = true
  const guard = makeIntrospectionGuard(issuer, {
    clock,
    options: {
      introspection: { endpoint: `${issuer.url}${introspectionPath}`, clientId: 'api', clientSecret },
      fetch: () => (isDropping ? new Promise(() => {}) : Promise.resolve(Response.json(activeAnswer))),
    },
  })
  await loadIntrospection(guard)
  const dropped = Array.from({ length: 100 }, (_, index) => rejectionOf(guard.checkToken(`token-${index}`)))
  isDropping = false
  clock.moveTo(testTime + 30)
  await assertRequestRejected(guard, 'token', 503, 'issuer_unavailable')
  clock.moveTo(testTime + 30.1)
  await assertPasses(guard, 'token')
  t.mock.timers.tick(10_000)
  const reasons = (await Promise.all(dropped)).map(({ reason }) => reason)
  assert.deepEqual(new Set(reasons), new Set(['issuer_unavailable']))
})

test('a request that never ends holds up its token for as long as an answer counts', async (t) => {
  const issuer = await startIssuer(t)
  serveIntrospection(issuer).answer(() => activeAnswer)
  const clock = makeClock()
  const network = makeHangingNetwork(introspectionPath)
  const guard = makeIntrospectionGuard(issuer, { clock, options: { fetch: network.fetch } })
  network.hang(true)
  const outcome = guard.checkToken('token').catch(() => undefined)
  await network.hung
  network.hang(false)
  clock.moveTo(testTime + 11)
  await assertPasses(guard, 'token')
  network.drop()
  assert.equal(await outcome, undefined)
  await assertPasses(guard, 'token')
  assert.equal(issuer.countOf(introspectionPath), 1)
})
