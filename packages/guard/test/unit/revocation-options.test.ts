/** The settings of a guard's revocations. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveRevocationOptions } from '../../src/revocations/revocation-options.ts'

test('true is every ten seconds, whatever the age', () => {
  const defaults = { interval: 10, failAfter: Number.POSITIVE_INFINITY }
  assert.deepEqual(resolveRevocationOptions(true), defaults)
  assert.deepEqual(resolveRevocationOptions({}), defaults)
})

test('the bounds themselves are accepted', () => {
  assert.deepEqual(resolveRevocationOptions({ interval: 1, failAfter: 60 }), { interval: 1, failAfter: 60 })
  resolveRevocationOptions({ interval: 3600, failAfter: 14_400 })
})

const refused: readonly (readonly [options: object, message: RegExp])[] = [
  [{ interval: 0.5 }, /revocations\.interval must be 1 to 3600 seconds/],
  [{ interval: 3601 }, /interval/],
  [{ interval: Number.NaN }, /interval/],
  [{ failAfter: 59 }, /revocations\.failAfter must be at least 60 seconds and four times/],
  [{ interval: 20, failAfter: 79 }, /failAfter/],
  [{ failAfter: Number.NaN }, /failAfter/],
  [{ failAfter: undefined }, /failAfter is undefined/],
  [{ intervall: 10 }, /did you mean interval\?/],
]
for (const [options, message] of refused) {
  test(`${Object.entries(options)} is rejected with ${message}`, () => {
    assert.throws(() => resolveRevocationOptions(options), { name: 'TypeError', message })
  })
}
