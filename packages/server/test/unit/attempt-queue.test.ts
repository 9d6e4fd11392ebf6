/** The queue of login attempts: who waits for whom, and who does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Budgets, createAttemptQueue, type Verdict } from '../../src/login/attempt-queue.ts'
import { isOutage } from '../../src/store/errors.ts'

/** A budget of `limit` attempts. A right password gives all of them back. */
function createBudget(limit: number): Budgets & { readonly clear: () => void } {
  let used = 0
  return {
    findExhausted: async () => (used >= limit ? ('account_exhausted' as const) : undefined),
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

/** Budgets in which reading finds an attempt left. */
function chargedBy(charge: () => Promise<Verdict>): Budgets {
  return { findExhausted: async () => undefined, charge }
}

const exhaustedAddress: Budgets = {
  findExhausted: async () => 'address_exhausted',
  charge: () => Promise.reject(new Error('an exhausted address is not charged')),
}

test('attempts wait for those whose password is being checked: twenty right ones all succeed with a budget of three', async () => {
  const queue = createAttemptQueue(100)
  const budget = createBudget(3)
  const attempt = async () => {
    assert.equal(await queue.admit('tim', budget), 'admitted')
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
      const verdict = await queue.admit('tim', budget)
      await new Promise(setImmediate)
      if (verdict === 'admitted') queue.end('tim')
      return verdict
    }),
  )
  assert.equal(verdicts.filter((verdict) => verdict === 'admitted').length, 3)
  assert.equal(verdicts.filter((verdict) => verdict === 'account_exhausted').length, 17)
  assert.equal(await queue.admit('tim', budget), 'account_exhausted')
})

test('only attempts that must wait count against the bound: with room for none, those with a budget left pass', async () => {
  const queue = createAttemptQueue(0)
  const budget = createBudget(2)
  assert.deepEqual(await Promise.all([queue.admit('tim', budget), queue.admit('tim', budget)]), [
    'admitted',
    'admitted',
  ])
  assert.equal(await queue.admit('tim', budget), 'too_many_waiting')
  assert.equal(await queue.admit('alice', createBudget(1)), 'admitted')
})

test('an attempt from an exhausted address is not held up by those of its account that wait', async () => {
  const queue = createAttemptQueue(10)
  const budget = createBudget(1)
  assert.equal(await queue.admit('tim', budget), 'admitted')
  const waiting = queue.admit('tim', budget)
  assert.equal(await queue.admit('tim', exhaustedAddress), 'address_exhausted')
  budget.clear()
  queue.end('tim')
  assert.equal(await waiting, 'admitted')
})

test('a charge that fails rejects its own attempt and holds up no other', async () => {
  const queue = createAttemptQueue(10)
  const failed = queue.admit(
    'tim',
    chargedBy(() => Promise.reject(new Error('the statement is wrong'))),
  )
  const next = queue.admit('tim', createBudget(1))
  await assert.rejects(failed, /the statement is wrong/)
  assert.equal(await next, 'admitted')
})

test('attempts from an exhausted address are rejected while a charge of the account takes long, and do not delay its owner', async () => {
  const queue = createAttemptQueue(10)
  const slow = Promise.withResolvers<Verdict>()
  const first = queue.admit(
    'tim',
    chargedBy(() => slow.promise),
  )
  const flood = Array.from({ length: 1000 }, () => queue.admit('tim', exhaustedAddress))
  assert.deepEqual(new Set(await Promise.all(flood)), new Set(['address_exhausted']))
  const owner = queue.admit('tim', createBudget(1))
  slow.resolve('admitted')
  assert.deepEqual([await first, await owner], ['admitted', 'admitted'])
})

test('attempts on an exhausted account are rejected without a charge when nobody is admitted', async () => {
  const queue = createAttemptQueue(10)
  const exhausted: Budgets = { ...exhaustedAddress, findExhausted: async () => 'account_exhausted' }
  const flood = Array.from({ length: 1000 }, () => queue.admit('tim', exhausted))
  assert.deepEqual(new Set(await Promise.all(flood)), new Set(['account_exhausted']))
})

test('an attempt that reads an exhausted account while the last attempt is charged waits for that one', async () => {
  const queue = createAttemptQueue(10)
  const budget = createBudget(1)
  const read = Promise.withResolvers<'account_exhausted' | undefined>()
  const reads = [read.promise, undefined]
  const second = queue.admit('tim', { ...budget, findExhausted: async () => await reads.shift() })
  assert.equal(await queue.admit('tim', budget), 'admitted')
  read.resolve('account_exhausted')
  await new Promise(setImmediate)
  budget.clear()
  queue.end('tim')
  assert.equal(await second, 'admitted')
})

test('attempts of one account that await their charge are bounded, and those of others are not', async () => {
  const queue = createAttemptQueue(10)
  const slow = Promise.withResolvers<Verdict>()
  const flood = Array.from({ length: 1000 }, () =>
    queue.admit(
      'tim',
      chargedBy(() => slow.promise),
    ),
  )
  const isFirst = async (verdict: Promise<unknown>) => (await Promise.race([verdict, 'pending'])) === 'pending'
  await new Promise(setImmediate)
  const pending = await Promise.all(flood.map(isFirst))
  assert.equal(pending.filter(Boolean).length, 100)
  assert.equal(await queue.admit('alice', createBudget(1)), 'admitted')
  slow.resolve('address_exhausted')
  const verdicts = await Promise.all(flood)
  assert.equal(verdicts.filter((verdict) => verdict === 'too_many_waiting').length, 900)
})

test('attempts behind a charge that fails for an outage fail with it, and the next one is charged again', async () => {
  const queue = createAttemptQueue(10)
  const outage = Object.assign(new Error('the database is gone'), { code: 'ECONNRESET' })
  assert.ok(isOutage(outage))
  let charges = 0
  const failing = chargedBy(async () => {
    charges++
    throw outage
  })
  const failed = await Promise.allSettled(Array.from({ length: 20 }, () => queue.admit('tim', failing)))
  assert.deepEqual(
    failed,
    Array.from({ length: 20 }, () => ({ status: 'rejected', reason: outage })),
  )
  assert.equal(charges, 1)
  assert.equal(await queue.admit('tim', createBudget(1)), 'admitted')
})

test('an attempt is charged again when the one that it would wait for has ended during its charge', async () => {
  const queue = createAttemptQueue(0)
  assert.equal(await queue.admit('tim', createBudget(1)), 'admitted')
  const verdicts: Verdict[] = ['account_exhausted', 'admitted']
  const second = queue.admit(
    'tim',
    chargedBy(async () => {
      if (verdicts.length === 2) queue.end('tim')
      return verdicts.shift() ?? 'account_exhausted'
    }),
  )
  assert.equal(await second, 'admitted')
})
