/** JSON that has one meaning only. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'
import { isJsonObject, maxNesting, parseStrictJson, readMember } from '../../src/jwt/strict-json.ts'

test('any JSON value is read as JSON.parse reads it, however it is spaced', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      assert.deepEqual(parseStrictJson(text), { ok: true, value: JSON.parse(text) })
    }),
  )
})

test('any text is accepted only if JSON.parse accepts it, with the same value', () => {
  const jsonLike = fc.string({ unit: fc.constantFrom(...'{}[]":,\\ua10 \n') })
  fc.assert(
    fc.property(fc.oneof(jsonLike, fc.string({ unit: anyCharacter })), (text) => {
      const strict = parseStrictJson(text)
      if (strict.ok) assert.deepEqual(strict.value, JSON.parse(text))
    }),
    { numRuns: 2000 },
  )
})

test('a member added twice to any object is found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.jsonValue(), (object, value) => {
      const [name = ''] = Object.keys(object)
      const text = JSON.stringify(object)
      const doubled = `{${JSON.stringify(name)}:${JSON.stringify(value)},${text.slice(1)}`
      assert.deepEqual(parseStrictJson(doubled), { ok: false, fault: 'duplicate_member' })
    }),
  )
})

const duplicates: readonly string[] = [
  '{"a":1,"a":1}',
  '{"a":1,"b":2,"a":3}',
  '{"a" :1,"a"\n:2}',
  '{"x":{"a":1,"a":2}}',
  '[[{"a":1,"a":2}]]',
  '{"sub":"a","s\\u0075b":"admin"}',
  '{"\\u0073ub":"a","\\u0073ub":"b"}',
  '{"":1,"":2}',
  '{"\\"":1,"\\u0022":2}',
  '{"__proto__":1,"__proto__":2}',
  '{"a":{"b":1},"c":[{}],"a":2}',
  '{"a":"}","a":"{"}',
]
for (const text of duplicates) {
  test(`a name twice in one object is rejected: ${text}`, () => {
    assert.deepEqual(parseStrictJson(text), { ok: false, fault: 'duplicate_member' })
  })
}

const distinct: readonly string[] = [
  '{"a":{"a":1}}',
  '[{"a":1},{"a":2}]',
  '{"a":"a","A":"a"}',
  '{"a":"\\"a\\":1,\\"a\\":2"}',
  '{"a":["a","a"]}',
  '{"a":"\\\\","b":"\\\\"}',
]
for (const text of distinct) {
  test(`the same name elsewhere is fine: ${text}`, () => {
    assert.deepEqual(parseStrictJson(text), { ok: true, value: JSON.parse(text) })
  })
}

for (const text of [
  '',
  '{',
  '"',
  '"a',
  '"a\\',
  '{"a',
  '{"a"',
  '"a":1',
  '["a":1]',
  '{"\\u00zz":1}',
  '{} {}',
  ']',
  '}"a":1',
]) {
  test(`what is no JSON is rejected: ${text}`, () => {
    assert.deepEqual(parseStrictJson(text), { ok: false, fault: 'syntax_error' })
  })
}

test('objects and arrays nest to the limit and no deeper', () => {
  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  assert.equal(parseStrictJson(deep(maxNesting)).ok, true)
  assert.deepEqual(parseStrictJson(deep(maxNesting + 1)), { ok: false, fault: 'too_deep' })
  assert.deepEqual(parseStrictJson('{"a":'.repeat(1_000_000)), { ok: false, fault: 'too_deep' })
})

test('a member is read from the object itself and never from a prototype', () => {
  assert.equal(readMember({ a: 1 }, 'a'), 1)
  assert.equal(readMember({}, 'toString'), undefined)
  assert.equal(readMember({}, '__proto__'), undefined)
})

test('only objects are objects', () => {
  assert.deepEqual([{}, [], null, 'x', 1, undefined].map(isJsonObject), [true, false, false, false, false, false])
})
