/** A log that fails harms nothing. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import { type Log, unfailingLog } from '../../src/environment.ts'

/** What a program around the server may give as a function of its log. */
const failures: Readonly<Record<string, () => unknown>> = {
  'throws an error': () => {
    throw new Error('the disk is full')
  },
  'throws null': () => {
    throw null
  },
  'returns a rejected promise': async () => {
    throw new Error('the disk is full')
  },
  'returns a promise that is rejected later': async () => {
    await setImmediate()
    throw new Error('the disk is full')
  },
  'returns a rejected thenable': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a log of a user's own may return such an object, and this test is about it
    then: (_resolve: unknown, reject: (error: Error) => void) => reject(new Error('the disk is full')),
  }),
  'returns an object whose then throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a log of a user's own may return such an object, and this test is about it
    get then() {
      throw new Error('not now')
    },
  }),
}

function unhandledIn(t: TestContext): readonly unknown[] {
  const unhandled: unknown[] = []
  const listener = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', listener)
  t.after(() => process.off('unhandledRejection', listener))
  return unhandled
}

for (const [what, fails] of Object.entries(failures)) {
  test(`a log that ${what} throws nothing, now or later`, async (t) => {
    const unhandled = unhandledIn(t)
    const log: Log = unfailingLog({ info: fails, warn: fails, error: fails })
    log.info({}, 'a line')
    log.warn({}, 'a line')
    log.error({}, 'a line')
    for (let turns = 0; turns < 5; turns++) await setImmediate()
    assert.deepEqual(unhandled, [])
  })
}

test('of an error, the log gets what it says and its codes, and not what the driver was working on', async () => {
  const lines: { readonly err: unknown }[] = []
  const keep = (facts: object) => lines.push(facts as { err: unknown })
  const log = unfailingLog({ info: keep, warn: keep, error: keep })
  const cause = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: 'postgres://u:hidden@h' })
  const rejected = Object.assign(new RangeError('violates check constraint "c"', { cause }), {
    code: '23514',
    table: 'users',
    detail: 'Failing row contains (tim, hidden).',
    where: 'unnamed portal with parameters: $1 = hidden',
    sql: "update users set password = 'hidden'",
    errInfo: { details: { consideredValue: 'hidden' } },
  })
  const both = new AggregateError([rejected], 'all failed')
  for (const err of [rejected, both, 'a text', undefined]) log.error({ err }, 'failed')
  await setImmediate()
  const [first, second, ...others] = lines.map(({ err }) => err)
  assert.ok(first instanceof RangeError && second instanceof AggregateError)
  assert.deepEqual({ ...first }, { code: '23514', table: 'users' })
  assert.equal(first.stack, rejected.stack)
  assert.equal((first.cause as Error).message, 'Invalid URL')
  assert.deepEqual(others, ['a text', undefined])
  const options = { depth: 9, showHidden: true }
  assert.match(inspect(rejected, options), /hidden/)
  assert.doesNotMatch(inspect([first, second], options), /hidden\b(?! at)/)
})

test('an error that is its own cause is logged', async () => {
  const errors: unknown[] = []
  const keep = ({ err }: { err?: unknown }) => errors.push(err)
  const log = unfailingLog({ info: keep, warn: keep, error: keep })
  const err = new Error('round')
  err.cause = err
  log.warn({ err }, 'failed')
  await setImmediate()
  assert.equal(errors.length, 1)
})
