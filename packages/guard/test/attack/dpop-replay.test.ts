/** DPoP proofs that are used twice: M4; and what remembering them takes: M9. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReplayMemory } from '../../src/dpop/replay-memory.ts'
import {
  assertProven,
  assertUnproven,
  boundToken,
  makeClient,
  makeProof,
  makeProvingGuard,
  requestWith,
  target,
} from '../support/proofs.ts'
import { craftParts, testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

const client = await makeClient()
const other = await makeClient()
const token = boundToken(client)
const guard = makeProvingGuard()

test('M4 a proof is used once', async () => {
  const proof = makeProof(client, token)
  await assertProven(guard, requestWith(token, proof))
  await assertUnproven(guard, requestWith(token, proof), 'proof_replayed')
})

test('M4 of many requests with one proof at once, one passes', async () => {
  const proof = makeProof(client, token)
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => guard.check(requestWith(token, proof))))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('M4 the same jti in another proof is a replay, whatever its htu, its htm or its token', async () => {
  const jti = 'the-same'
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { jti } })))
  const again = makeProof(client, token, { claims: { jti, htu: `${target}?page=2` } })
  await assertUnproven(guard, requestWith(token, again), 'proof_replayed')
  const posted = makeProof(client, token, { claims: { jti, htm: 'POST' } })
  await assertUnproven(guard, requestWith(token, posted, { method: 'POST' }), 'proof_replayed')
  const fresh = boundToken(client, { jti: 'token-2' })
  await assertUnproven(guard, requestWith(fresh, makeProof(client, fresh, { claims: { jti } })), 'proof_replayed')
})

test('M4 another key may use the same jti: nobody burns the ids of others', async () => {
  const claims = { jti: 'shared' }
  const others = boundToken(other)
  await assertProven(guard, requestWith(others, makeProof(other, others, { claims })))
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims })))
})

test('M4 a jti is burnt by a good proof only', async () => {
  const claims = { jti: 'not-burnt' }
  const [header = '', payload = ''] = makeProof(client, token, { claims }).split('.')
  await assertUnproven(guard, requestWith(token, craftParts(header, payload, other.signer.sign)), 'proof_invalid')
  await assertUnproven(
    guard,
    requestWith(token, makeProof(client, token, { claims: { ...claims, htm: 'POST' } })),
    'proof_invalid',
  )
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims })))
})

for (const jti of ['', 'j'.repeat(256), 'j'.repeat(5000), 7, null, ['a']]) {
  test(`M4 jti ${JSON.stringify(jti).slice(0, 10)} (${String(jti).length} characters) is rejected`, async () => {
    await assertUnproven(guard, requestWith(token, makeProof(client, token, { claims: { jti } })), 'proof_invalid')
  })
}

test('M4 a jti of 10 MB is rejected before it is decoded', async () => {
  const proof = makeProof(client, token, { claims: { jti: 'j'.repeat(10_000_000) } })
  const { expected } = await assertUnproven(guard, requestWith(token, proof), 'proof_invalid')
  assert.equal(expected, 'at most 8192')
})

test('M4 a jti of 255 characters passes', async () => {
  await assertProven(guard, requestWith(token, makeProof(client, token, { claims: { jti: 'j'.repeat(255) } })))
})

test('M4 processes that share a memory refuse what any of them saw; the key is canonical, and kept until no clock takes the proof', async () => {
  const kept = new Map<string, number>()
  const replay = {
    seen: async (key: string, expiresAt: number) => {
      const isKnown = kept.has(key)
      kept.set(key, expiresAt)
      return isKnown
    },
  }
  const [first, second] = [makeProvingGuard({ replay }), makeProvingGuard({ replay })]
  const proof = makeProof(client, token)
  await assertProven(first, requestWith(token, proof))
  await assertUnproven(second, requestWith(token, proof), 'proof_replayed')
  assert.equal(kept.size, 1)
  assert.match([...kept.keys()].join(), /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual([...kept.values()], [testTime + 60 + 30 + 1])
})

test('M4 one request may be checked twice, with the proof that it came with', async () => {
  const request = requestWith(token, makeProof(client, token))
  const both = await Promise.all([guard.check(request), guard.check(request)])
  assert.deepEqual(
    both.map(({ subject }) => subject),
    ['tim', 'tim'],
  )
  await assertUnproven(guard, new Request(request), 'proof_replayed')
})

test('M4 a proof that a request shows after another is used up as well', async () => {
  const [first, second] = [makeProof(client, token), makeProof(client, token)]
  const request = requestWith(token, first)
  await assertProven(guard, request)
  request.headers.set('dpop', second)
  await assertProven(guard, request)
  for (const proof of [first, second]) await assertUnproven(guard, requestWith(token, proof), 'proof_replayed')
  request.headers.set('dpop', first)
  await assertUnproven(guard, request, 'proof_replayed')
})

test('M4 what a request has not proven it does not prove by being checked again', async () => {
  const request = requestWith(token, makeProof(client, token))
  await assertProven(guard, request)
  request.headers.set('authorization', `DPoP ${boundToken(client, { jti: 'token-2' })}`)
  await assertUnproven(guard, request, 'proof_invalid')
})

test('M4 a proof that is used by a clock ahead is not good again when the clock is set right', async () => {
  const clock = makeClock()
  const stepping = makeProvingGuard({ now: clock.now })
  const proof = makeProof(client, token)
  await assertProven(stepping, requestWith(token, proof))
  clock.moveTo(testTime + 200)
  await assertProven(stepping, requestWith(token, makeProof(client, token, { claims: { iat: testTime + 200 } })))
  clock.moveTo(testTime + 5)
  const { status } = await assertUnproven(stepping, requestWith(token, proof), 'verification_failed')
  assert.equal(status, 503)
})

test('M4 a proof that becomes too old while it is checked is rejected, since it may be forgotten already', async () => {
  const clock = makeClock()
  const memory = createReplayMemory(10, 90, clock.now)
  let delay = 0
  const replay = {
    seen: (key: string, expiresAt: number) => {
      clock.moveTo(clock.now() + delay)
      return memory.seen(key, expiresAt)
    },
  }
  const slow = makeProvingGuard({ replay, now: clock.now })
  const proof = makeProof(client, token, { claims: { iat: testTime + 30 } })
  await assertProven(slow, requestWith(token, proof))
  clock.moveTo(testTime + 90)
  delay = 2
  await assertUnproven(slow, requestWith(token, proof), 'proof_invalid')
})

test('M4 a memory that fails, or answers neither true nor false, lets nothing pass', async () => {
  const failing = makeProvingGuard({ replay: { seen: () => Promise.reject(new Error('no connection')) } })
  const refused = await assertUnproven(failing, requestWith(token, makeProof(client, token)), 'verification_failed')
  assert.equal(refused.status, 503)
  for (const answer of [undefined, null, 'OK', 0]) {
    // What an untyped program could answer.
    const odd = makeProvingGuard({ replay: { seen: () => answer as unknown as boolean } })
    await assertUnproven(odd, requestWith(token, makeProof(client, token)), 'proof_replayed')
  }
})

test('M9 a million proofs in five minutes are remembered no longer than they could pass, and leave on time', () => {
  const clock = makeClock()
  const lifetime = 90
  const perSecond = Math.ceil(1_000_000 / 300)
  // It would throw at the first proof too many: what is remembered is the window's, and nothing more.
  const memory = createReplayMemory((lifetime + 1) * perSecond, lifetime, clock.now)
  let count = 0
  for (let second = 0; second < 300; second++) {
    clock.moveTo(testTime + second)
    for (let index = 0; index < perSecond; index++) assert.equal(memory.seen(`key-${count++}`, 0), false)
  }
  assert.ok(count >= 1_000_000)
  assert.equal(memory.seen(`key-${count - 1}`, 0), true)
  clock.moveTo(testTime + 300 + lifetime)
  assert.equal(memory.seen(`key-${count - 1}`, 0), false)
})

test('M9 a full memory rejects instead of forgetting, and takes proofs again when the first have expired', async () => {
  const clock = makeClock()
  const small = makeProvingGuard({ replaySize: 2, now: clock.now })
  const first = makeProof(client, token)
  await assertProven(small, requestWith(token, first))
  await assertProven(small, requestWith(token, makeProof(client, token)))
  const { status } = await assertUnproven(small, requestWith(token, makeProof(client, token)), 'verification_failed')
  assert.equal(status, 503)
  await assertUnproven(small, requestWith(token, first), 'proof_replayed')
  const later = testTime + 91
  clock.moveTo(later)
  await assertProven(small, requestWith(token, makeProof(client, token, { claims: { iat: later } })))
})
