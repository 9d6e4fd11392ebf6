/** The limits of an open directory: how long a call may take, how many run at once, and when it is left alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from '../../../src/environment.ts'
import { createBreaker } from '../../../src/users/directories/breaker.ts'
import { declareDirectory } from '../../../src/users/directories/declare.ts'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { UnusableEntry } from '../../../src/users/directories/directory-user.ts'
import { DirectoryUnavailable, openDirectory } from '../../../src/users/directories/open-directory.ts'

const nobody: Directory = {
  find: async () => undefined,
  read: async () => [],
  list: async () => [],
  inspect: async () => [],
  close: async () => {},
}

/** A directory with these functions; what it logs, and a clock. */
async function open(functions: Partial<Directory>, timeout = 60) {
  const clock = { now: 1_800_000_000 }
  const lines: string[] = []
  const note = (facts: object, message: string) => lines.push(`${message}: ${JSON.stringify(facts)}`)
  const log: Log = { info: note, warn: note, error: note }
  const declaration = {
    ...declareDirectory('http', { name: 'people', timeout }, [], () => {}),
    writable: false,
    open: async () => ({ ...nobody, ...functions }),
  }
  return { directory: await openDirectory(declaration, { now: () => clock.now, log }), clock, lines }
}

test('no directory has the name that memberships given by operators have', () => {
  assert.throws(() => declareDirectory('http', { name: 'own' }, [], () => {}), /must be .* and not own/)
})

test('only users with the keys that were asked for are read, however a database compares keys', async () => {
  const found = {
    key: 'A1',
    username: 'ann',
    email: null,
    isEmailVerified: false,
    fullName: null,
    claims: {},
    groups: [],
  }
  const user = { ...found, sub: undefined, isDisabled: false, passwordHash: null }
  const { directory } = await open({ read: async () => [user] })
  assert.deepEqual(await directory.read(['A1']), [user])
  assert.deepEqual(await directory.read(['a1']), [])
})

test('a user who is there twice, once of them disabled, is disabled', async () => {
  const found = { email: null, isEmailVerified: false, fullName: null, claims: {}, groups: [], passwordHash: null }
  const user = { ...found, key: 'a', sub: undefined, username: 'ann', isDisabled: false }
  for (const users of [
    [user, { ...user, isDisabled: true }],
    [{ ...user, isDisabled: true }, user],
  ]) {
    const { directory } = await open({ read: async () => users })
    assert.deepEqual(await directory.read(['a']), [{ ...user, isDisabled: true }])
  }
  const { directory } = await open({ read: async () => [user, { ...user, key: 'b' }, user] })
  assert.deepEqual(await directory.read(['a', 'b']), [user, { ...user, key: 'b' }])
})

test('a call that is not answered ends at the timeout, and its signal is aborted', async () => {
  let signal: AbortSignal | undefined
  const { directory } = await open(
    {
      find: (_username, given) => {
        signal = given
        return new Promise(() => {})
      },
    },
    0.1,
  )
  await assert.rejects(directory.find('bea'), (error: unknown) => {
    assert.ok(error instanceof DirectoryUnavailable && error.cause instanceof Error)
    assert.deepEqual(
      [error.directory, error.retryAfter, error.cause.message],
      ['people', 1, 'no response within 0.1 s'],
    )
    return true
  })
  assert.equal(signal?.aborted, true)
})

test('after three failures it is left alone, tried by one call, and back with its first answer', async () => {
  let calls = 0
  let isDown = true
  const { directory, clock, lines } = await open({
    find: async () => {
      calls++
      if (isDown) throw new Error('connection refused')
      return undefined
    },
  })
  for (let call = 0; call < 10; call++) await assert.rejects(directory.find('bea'), DirectoryUnavailable)
  assert.equal(calls, 3)
  clock.now += 1
  await Promise.allSettled([directory.find('bea'), directory.find('bea')])
  assert.equal(calls, 4)
  isDown = false
  await assert.rejects(directory.find('bea'), DirectoryUnavailable)
  clock.now += 2
  assert.equal(await directory.find('bea'), undefined)
  assert.equal(await directory.find('bea'), undefined)
  assert.deepEqual(
    lines.map((line) => line.split(':')[0]),
    ['the directory is not available', 'the directory is available again'],
  )
})

test('the rest grows to a quarter of a minute, and no further', () => {
  const clock = { now: 0 }
  const breaker = createBreaker(() => clock.now)
  const rests: number[] = []
  for (let failure = 0; failure < 12; failure++) {
    breaker.fail()
    rests.push(breaker.restFor())
    clock.now += rests.at(-1) ?? 0
    assert.equal(breaker.restFor(), 0)
  }
  assert.deepEqual(rests, [0, 0, 1, 2, 4, 8, 15, 15, 15, 15, 15, 15])
})

test('no more than 64 calls run at once, and those beyond do not count as failures', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const { directory } = await open({ find: () => promise })
  const calls = Array.from({ length: 70 }, () => directory.find('bea'))
  const late = await Promise.allSettled(calls.slice(64))
  assert.ok(late.every(({ status }) => status === 'rejected'))
  resolve(undefined)
  assert.equal((await Promise.all(calls.slice(0, 64))).length, 64)
  assert.equal(await directory.find('bea'), undefined)
})

test('an entry that cannot be used is no failure of the directory', async () => {
  const { directory, lines } = await open({
    find: async () => {
      throw new UnusableEntry('has no username')
    },
  })
  for (let call = 0; call < 5; call++) await assert.rejects(directory.find('bea'), UnusableEntry)
  assert.deepEqual(lines, [])
})
