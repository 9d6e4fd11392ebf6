/** What PostgreSQL undoes is run again after a pause. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Random, systemRandom } from '../../src/environment.ts'
import { pauseBefore, retryUndone } from '../../src/store/retry-undone.ts'

/** Randomness whose bytes are all the same. Counts how often it is asked. */
function always(byte: number): Random & { readonly asked: () => number } {
  let asked = 0
  const bytes = (length: number) => {
    asked++
    return new Uint8Array(length).fill(byte)
  }
  return { ...systemRandom, bytes, asked: () => asked }
}

const undone = Object.assign(new Error('deadlock detected'), { code: '40P01' })

test('R13 the pauses before retries grow, and differ by half of their length to each side', () => {
  const pauses = (byte: number) => [0, 1, 2].map((retries) => pauseBefore(retries, always(byte)))
  assert.deepEqual(pauses(0), [5, 10, 15])
  assert.deepEqual(pauses(128), [10, 20, 30])
  assert.deepEqual(
    pauses(255).map((pause) => Math.ceil(pause)),
    [15, 30, 45],
  )
})

test('R13 each retry has a pause of its own; what succeeds and what is not undone has none', async () => {
  const random = always(0)
  let runs = 0
  const run = async () => {
    if (++runs <= 3) throw undone
    return runs
  }
  assert.equal(await retryUndone(run, random), 4)
  assert.equal(random.asked(), 3)
  const fails = () => Promise.reject(undone)
  await assert.rejects(retryUndone(fails, random), undone)
  assert.equal(random.asked(), 6)
  await assert.rejects(
    retryUndone(() => Promise.reject(new Error('ours')), random),
    { message: 'ours' },
  )
  assert.equal(random.asked(), 6)
})
