/** The memory of verified tokens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { createTokenCache } from '../../src/jwt/cache.ts'
import type { VerifiedToken } from '../../src/jwt/verifier.ts'

function verified(subject: string, expiresAt = 100): VerifiedToken {
  return { subject, scopes: undefined, clientId: undefined, tokenId: undefined, expiresAt, claims: {} }
}

test('what was remembered is answered, the same object each time', () => {
  const cache = createTokenCache(10)
  const tim = verified('tim')
  cache.set('a', tim)
  assert.equal(cache.get('a', 0), tim)
  assert.equal(cache.get('a', 0), tim)
  assert.equal(cache.get('b', 0), undefined)
})

test('an entry ends with its token, to the instant, and is forgotten', () => {
  const cache = createTokenCache(10)
  cache.set('a', verified('tim', 100))
  assert.ok(cache.get('a', 99.999))
  assert.equal(cache.get('a', 100), undefined)
  assert.equal(cache.size(), 0)
})

test('a clock that is not a number finds nothing', () => {
  const cache = createTokenCache(10)
  cache.set('a', verified('tim'))
  assert.equal(cache.get('a', Number.NaN), undefined)
})

test('a cache of size 0 keeps nothing', () => {
  const cache = createTokenCache(0)
  cache.set('a', verified('tim'))
  assert.equal(cache.get('a', 0), undefined)
  assert.equal(cache.size(), 0)
})

test('a token over 4096 characters is not kept', () => {
  const cache = createTokenCache(10)
  cache.set('x'.repeat(4097), verified('tim'))
  assert.equal(cache.size(), 0)
  cache.set('x'.repeat(4096), verified('tim'))
  assert.equal(cache.size(), 1)
})

test('an entry in use survives any flood of others', () => {
  const cache = createTokenCache(10)
  const tim = verified('tim')
  cache.set('tim', tim)
  for (let index = 0; index < 1000; index++) {
    cache.set(`flood-${index}`, verified('flood'))
    assert.equal(cache.get('tim', 0), tim)
  }
  assert.equal(cache.get('flood-0', 0), undefined)
})

test('setting a token again replaces it and takes no room', () => {
  const cache = createTokenCache(4)
  const [first, second] = [verified('first'), verified('second')]
  cache.set('other', verified('other'))
  cache.set('a', first)
  cache.set('a', second)
  assert.equal(cache.get('a', 0), second)
  assert.equal(cache.size(), 2)
})

test('whatever is done, the size stays in bounds and nobody gets the entry of another', () => {
  const step = fc.record({ token: fc.integer({ min: 0, max: 30 }).map(String), sets: fc.boolean() })
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
      const cache = createTokenCache(capacity)
      for (const { token, sets } of steps) {
        if (sets) cache.set(token, verified(token))
        else assert.ok([token, undefined].includes(cache.get(token, 0)?.subject))
        assert.ok(cache.size() <= capacity)
      }
    }),
  )
})
