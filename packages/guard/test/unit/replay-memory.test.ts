/** The memory of used proofs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReplayMemory } from '../../src/dpop/replay-memory.ts'
import { testTime } from '../support/tokens.ts'
import { makeClock } from '../support/verifiers.ts'

test('a key is known for the lifetime from its first use, to the second', () => {
  const clock = makeClock(testTime + 0.9)
  const memory = createReplayMemory(10, 90, clock.now)
  assert.equal(memory.seen('a', 0), false)
  clock.moveTo(testTime + 90.9)
  assert.equal(memory.seen('a', 0), true)
  clock.moveTo(testTime + 91)
  assert.equal(memory.seen('a', 0), false)
})

test('a clock that is set back forgets nothing early', () => {
  const clock = makeClock()
  const memory = createReplayMemory(10, 90, clock.now)
  memory.seen('a', 0)
  clock.moveTo(testTime - 50)
  memory.seen('b', 0)
  clock.moveTo(testTime + 40)
  assert.deepEqual([memory.seen('a', 0), memory.seen('b', 0)], [true, true])
  clock.moveTo(testTime + 91)
  assert.deepEqual([memory.seen('a', 0), memory.seen('b', 0)], [false, false])
})

test('a clock that is set back to when something was forgotten already tells nothing new apart', () => {
  const clock = makeClock()
  const memory = createReplayMemory(10, 90, clock.now)
  memory.seen('a', 0)
  clock.moveTo(testTime + 200)
  memory.seen('b', 0)
  for (const time of [testTime, testTime + 90, Number.NaN]) {
    clock.moveTo(time)
    assert.throws(() => memory.seen('a', 0), /the clock was set back/)
  }
  clock.moveTo(testTime + 91)
  assert.deepEqual([memory.seen('a', 0), memory.seen('b', 0)], [false, true])
})
