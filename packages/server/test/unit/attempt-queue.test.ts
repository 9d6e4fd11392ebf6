/** The queue of login attempts: who waits for whom, and who does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAttemptQueue, type Verdict } from '../../src/login/attempt-queue.ts'

/** A budget of so many attempts, of which each right password gives all back. */
function createBudget(limit: number) {
  let used = 0
  return {
    charge: async (): Promise<Verdict> => {
      if (used >= limit) return 'account_exhausted'
      used++
      return 'admitted'
    },
    clear: () => {
      used = 0
    },
  }
}

test('attempts wait for those whose password is being checked: twenty right ones all succeed with a budget of three', async () => {
  const queue = createAttemptQueue(100)
  const budget = createBudget(3)
  const attempt = async () => {
    assert.equal(await queue.admit('tim', budget.charge), 'admitted')
    await new Promise(setImmediate)
    budget.clear()
    queue.end('tim')
  }
  await Promise.all(Array.from({ length: 20 }, attempt))
})

test('wrong passwords never get past the budget, however many come in parallel', async () => {
  const queue = createAttemptQueue(100)
  const budget = createBudget(3)
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const verdict = await queue.admit('tim', budget.charge)
      await new Promise(setImmediate)
      if (verdict === 'admitted') queue.end('tim')
      return verdict
    }),
  )
  assert.equal(verdicts.filter((verdict) => verdict === 'admitted').length, 3)
  assert.equal(verdicts.filter((verdict) => verdict === 'account_exhausted').length, 17)
  assert.equal(await queue.admit('tim', budget.charge), 'account_exhausted')
})

test('only attempts that must wait count against the bound: with room for none, those with a budget left pass', async () => {
  const queue = createAttemptQueue(0)
  const budget = createBudget(2)
  assert.deepEqual(await Promise.all([queue.admit('tim', budget.charge), queue.admit('tim', budget.charge)]), [
    'admitted',
    'admitted',
  ])
  assert.equal(await queue.admit('tim', budget.charge), 'too_many_waiting')
  assert.equal(await queue.admit('alice', createBudget(1).charge), 'admitted')
})

test('an attempt from an exhausted address is not held up by those of its account that wait', async () => {
  const queue = createAttemptQueue(10)
  const budget = createBudget(1)
  assert.equal(await queue.admit('tim', budget.charge), 'admitted')
  const waiting = queue.admit('tim', budget.charge)
  assert.equal(await queue.admit('tim', async () => 'address_exhausted'), 'address_exhausted')
  budget.clear()
  queue.end('tim')
  assert.equal(await waiting, 'admitted')
})

test('a charge that fails rejects its own attempt and holds up no other', async () => {
  const queue = createAttemptQueue(10)
  const failed = queue.admit('tim', () => Promise.reject(new Error('the database is gone')))
  const next = queue.admit('tim', createBudget(1).charge)
  await assert.rejects(failed, /the database is gone/)
  assert.equal(await next, 'admitted')
})
