/** What is fetched and kept: how long a failure counts, and how long anyone waits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FreshnessRules, type KeptFresh, keepFresh } from '../../src/issuer/kept-fresh.ts'
import { testTime } from '../support/tokens.ts'
import { type Clock, makeClock } from '../support/verifiers.ts'

function keep(clock: Clock, load: FreshnessRules<string>['load']): KeptFresh<string> {
  return keepFresh({ load, now: clock.now, maxAge: 10, cooldown: 10, retryAfter: 2 })
}

test('a failure counts from when it was known: a slow issuer is not asked by one request after the other', async () => {
  const clock = makeClock()
  let loads = 0
  const kept = keep(clock, async () => {
    loads++
    clock.moveTo(clock.now() + 5)
    throw new Error('no answer')
  })
  await assert.rejects(async () => kept.get(), /no answer/)
  clock.moveTo(testTime + 7)
  await assert.rejects(async () => kept.get(), /no answer/)
  assert.equal(loads, 1)
  clock.moveTo(testTime + 7.1)
  await assert.rejects(async () => kept.get(), /no answer/)
  assert.equal(loads, 2)
})

test('nobody waits for a fetch that never ends, as one that an edge runtime dropped, for longer than ten seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const kept = keep(makeClock(), () => new Promise(() => {}))
  const waiting = [kept.get(), kept.get(), kept.renew()]
  t.mock.timers.tick(10_000)
  for (const outcome of await Promise.allSettled(waiting)) {
    assert.equal(outcome.status === 'rejected' ? outcome.reason.reason : outcome.value, 'issuer_unavailable')
  }
})

test('who has waited for the next in vain goes on with what there is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const clock = makeClock()
  const loads = [Promise.resolve('first'), new Promise<string>(() => {})]
  const kept = keep(clock, () => loads.shift() ?? Promise.reject(new Error('asked once more')))
  assert.equal(await kept.get(), 'first')
  clock.moveTo(testTime + 21)
  const waiting = Promise.all([kept.get(), kept.renew()])
  t.mock.timers.tick(10_000)
  assert.deepEqual(await waiting, ['first', 'first'])
})
