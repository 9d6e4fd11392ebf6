/** How many workers there are, what each gets and what all have in common, and when one that has died is started again. */
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { CommandError, UsageError } from '../../src/cli/command-error.ts'
import { readWorkerCount } from '../../src/cli/workers/count.ts'
import { identityOf, requireSame } from '../../src/cli/workers/identity.ts'
import { openMessage, sealMessage } from '../../src/cli/workers/messages.ts'
import { countDeaths, pauseAfter } from '../../src/cli/workers/restarts.ts'
import { shareOf } from '../../src/cli/workers/share.ts'
import type { Options } from '../../src/config/options.ts'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { testSecret } from '../support/server.ts'

test('the flag overrides the variable, and without both there is no worker', () => {
  assert.equal(readWorkerCount(undefined, undefined), undefined)
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

test('workers have the issuer, the database, the secret and the version in common; a password of the database may change', () => {
  const url = 'postgres://app:first@db.example.com/countersign?application_name=a:b'
  const of = (options: Partial<Options> = {}) =>
    identityOf(resolveOptions({ secretKey: testSecret, issuer: 'https://a.example.com', databaseUrl: url, ...options }))
  const problem = (own: ReturnType<typeof of>) => {
    try {
      requireSame(of(), own, (option) => option.toUpperCase())
      return ''
    } catch (error) {
      assert.ok(error instanceof CommandError)
      return error.message
    }
  }
  assert.equal(problem(of({ databaseUrl: url.replace(':first@', ':second@'), accessTokenExpireMinutes: 5 })), '')
  assert.equal(problem(of({ databaseUrl: url.replace(':first@', '@') })), '')
  const database = (query: string) =>
    of({ databaseUrl: `postgres://db.example.com/countersign?user=app&${query}` }).database
  assert.equal(database('password=first&ssl=1'), database('password=second&ssl=1'))
  assert.notEqual(database('password=first&ssl=1'), database('password=first&ssl=0'))
  for (const [from, to] of [
    ['app:', 'other:'],
    ['db.example.com', 'db.example.org'],
    ['/countersign', '/other'],
  ] as const) {
    assert.match(problem(of({ databaseUrl: url.replace(from, to) })), /^DATABASEURL must name the database that/)
  }
  const all = of({
    issuer: 'https://b.example.com',
    secretKey: `${testSecret}2`,
    databaseUrl: 'sqlite:a.db',
    algorithm: 'HS256',
  })
  assert.deepEqual(
    problem(all)
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['ISSUER', 'DATABASEURL', 'SECRETKEY', 'ALGORITHM'],
  )
  assert.match(problem({ ...of(), version: '9.9.9' }), /^Countersign 9\.9\.9 is installed, but version \S+ runs/)
  assert.doesNotMatch(JSON.stringify(of()), new RegExp(`${testSecret}|first`))
})

test('only what a worker has sealed is a message', () => {
  assert.deepEqual(openMessage(sealMessage({ type: 'loaded' })), { type: 'loaded' })
  for (const other of [null, undefined, 'ready', 1, [], {}, { type: 'loaded' }, new Map([['countersign', {}]])]) {
    assert.equal(openMessage(other), undefined)
  }
})
