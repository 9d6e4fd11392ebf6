/** A log that fails harms nothing. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
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
    // biome-ignore lint/suspicious/noThenProperty: as libraries do
    then: (_resolve: unknown, reject: (error: Error) => void) => reject(new Error('the disk is full')),
  }),
  'returns an object whose then throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: as libraries do
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
