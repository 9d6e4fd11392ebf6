/** What a rejection tells. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'
import { describeValue } from '../../src/describe.ts'
import { TokenRejection } from '../../src/index.ts'

test('a rejection is an Error with a reason, facts and a cause', () => {
  const cause = new Error('underneath')
  const rejection = new TokenRejection('key_unknown', { expected: 'a', received: 'b', cause })
  assert.ok(rejection instanceof Error)
  assert.deepEqual(
    [rejection.name, rejection.message, rejection.reason, rejection.expected, rejection.received, rejection.cause],
    ['TokenRejection', 'key_unknown', 'key_unknown', 'a', 'b', cause],
  )
})

test('a rejection without facts has none', () => {
  const rejection = new TokenRejection('token_expired')
  assert.deepEqual([rejection.expected, rejection.received, rejection.cause], [undefined, undefined, undefined])
  assert.ok(!('cause' in rejection))
})

const described: readonly (readonly [value: unknown, description: string])[] = [
  ['RS256', '"RS256"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['line\nbreak', '"line\\nbreak"'],
  ['é\u007f', '"\\u00e9\\u007f"'],
  ['x'.repeat(62), `"${'x'.repeat(62)}"`],
  ['x'.repeat(63), `"${'x'.repeat(59)}..."`],
  [undefined, 'absent'],
  [null, 'null'],
  [1.5, '1.5'],
  [true, 'true'],
  [[1, 2], 'array of 2'],
  [{}, 'object'],
  [() => 1, 'function'],
]
for (const [value, description] of described) {
  test(`a value is described as ${description}`, () => {
    assert.equal(describeValue(value), description)
  })
}

test('any value is described in at most 64 printable characters', () => {
  const value = fc.oneof(fc.anything(), fc.string({ unit: anyCharacter, maxLength: 200 }))
  fc.assert(fc.property(value, (anything) => assert.match(describeValue(anything), /^[\x20-\x7e]{1,64}$/)))
})
