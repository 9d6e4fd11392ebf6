/** RFC 6749: the scope grammar, as far as a resource server needs it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasScopes, parseScope } from '../../src/index.ts'

test('§3.3 a scope is a list of tokens between spaces', () => {
  assert.deepEqual(parseScope('me'), ['me'])
  assert.deepEqual(parseScope('me items'), ['me', 'items'])
})

test('§3.3 every character of scope-token is read', () => {
  assert.deepEqual(parseScope("!#$%&'()*+,-./0:;<=>?@AZ[]^_`az{|}~"), ["!#$%&'()*+,-./0:;<=>?@AZ[]^_`az{|}~"])
})

test('§3.3 spaces around and between tokens are tolerated', () => {
  assert.deepEqual(parseScope('  me   items '), ['me', 'items'])
})

test('§3.3 a scope without tokens is the empty list', () => {
  assert.deepEqual(parseScope(''), [])
  assert.deepEqual(parseScope('   '), [])
})

test('§3.3 a repeated token counts once', () => {
  assert.deepEqual(parseScope('me items me'), ['me', 'items'])
})

for (const scope of ['a"b', 'a\\b', 'a\tb', 'a\nb', 'a\u0000', 'é', '\u00a0', '\u007f']) {
  test(`§3.3 a character outside the grammar makes the scope malformed: ${JSON.stringify(scope)}`, () => {
    assert.equal(parseScope(scope), undefined)
  })
}

test('§3.3 every required scope must be granted', () => {
  assert.ok(hasScopes(['me', 'items'], ['me']))
  assert.ok(hasScopes(['me', 'items'], ['items', 'me']))
  assert.ok(!hasScopes(['me'], ['me', 'items']))
})

test('§3.3 requiring nothing is satisfied by anything', () => {
  assert.ok(hasScopes([], []))
  assert.ok(hasScopes(undefined, []))
})

test('§3.3 a token without scopes grants none', () => {
  assert.ok(!hasScopes(undefined, ['me']))
})

test('§3.3 scopes are case-sensitive', () => {
  assert.ok(!hasScopes(['ME'], ['me']))
})
