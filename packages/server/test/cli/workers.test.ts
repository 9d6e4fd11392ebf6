/** How many workers there are, what each gets, and when one that has died is started again. */
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { CommandError, UsageError } from '../../src/cli/command-error.ts'
import { readWorkerCount } from '../../src/cli/workers/count.ts'
import { countDeaths, pauseAfter } from '../../src/cli/workers/restarts.ts'
import { shareOf } from '../../src/cli/workers/share.ts'

test('the flag overrides the variable, and without both there is one worker', () => {
  assert.equal(readWorkerCount(undefined, undefined), 1)
  assert.equal(readWorkerCount(undefined, '3'), 3)
  assert.equal(readWorkerCount('2', '3'), 2)
  assert.equal(readWorkerCount('auto', undefined), Math.min(availableParallelism(), 256))
  for (const text of ['0', '257', '1.5', '-1', '', 'many', '1e2']) {
    assert.throws(() => readWorkerCount(text, '3'), UsageError)
    assert.throws(() => readWorkerCount(undefined, text), CommandError)
  }
})

test('all workers together hash as many passwords at once as one process, and each can hash one', () => {
  const threads = (total: number, count: number) =>
    Array.from({ length: count }, (_, index) => shareOf({ passwordWorkers: total }, { number: index + 1, count }))
  assert.deepEqual(
    threads(7, 3).map(({ passwordWorkers }) => passwordWorkers),
    [3, 2, 2],
  )
  assert.deepEqual(
    threads(2, 4).map(({ passwordWorkers }) => passwordWorkers),
    [1, 1, 1, 1],
  )
  assert.deepEqual(shareOf({ passwordWorkers: 4, passwordQueueLimit: 9 }, { number: 2, count: 2 }), {
    passwordWorkers: 2,
    passwordQueueLimit: 4,
  })
  // The check of the options rejects it.
  assert.equal(shareOf({ passwordWorkers: 0 }, { number: 1, count: 2 }).passwordWorkers, 0)
})

test('a worker that dies again and again is started after a growing pause, until it has served for a minute', () => {
  let deaths = 0
  const pauses = Array.from({ length: 7 }, () => {
    deaths = countDeaths(deaths, 100)
    return pauseAfter(deaths)
  })
  assert.deepEqual(pauses, [0, 1000, 2000, 4000, 8000, 10_000, 10_000])
  assert.equal(pauseAfter(countDeaths(deaths, 60_000)), 0)
})
