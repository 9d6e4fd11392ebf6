/** The settings of a guard's introspection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveIntrospectionOptions } from '../../src/introspection/introspection-options.ts'

const given = { endpoint: 'https://auth.example/introspect', clientId: 'api', clientSecret: 'secret' }

test('an answer counts for ten seconds', () => {
  assert.deepEqual(resolveIntrospectionOptions(given), { ...given, cacheFor: 10 })
})

const refused: readonly (readonly [options: object, message: RegExp])[] = [
  [{ endpoint: '' }, /introspection\.endpoint: this is not an absolute URL/],
  [{ endpoint: 'http://auth.example/introspect' }, /introspection\.endpoint: the URL must be https/],
  [{ endpoint: undefined }, /endpoint is undefined/],
  [{ clientId: '' }, /introspection\.clientId must be/],
  [{ clientSecret: 7 }, /introspection\.clientSecret must be/],
  [{ clientSecret: undefined }, /clientSecret is undefined/],
  [{ cacheFor: -1 }, /introspection\.cacheFor must be 0 to 300 seconds/],
  [{ cacheFor: 301 }, /cacheFor/],
  [{ cacheFor: '10' }, /cacheFor/],
  [{ cachefor: 10 }, /did you mean cacheFor\?/],
]
for (const [options, message] of refused) {
  test(`${Object.entries(options)} is rejected with ${message}`, () => {
    assert.throws(() => resolveIntrospectionOptions({ ...given, ...options }), {
      name: 'TypeError',
      message,
    })
  })
}

test('the bounds of cacheFor are accepted', () => {
  for (const cacheFor of [0, 300]) resolveIntrospectionOptions({ ...given, cacheFor })
})
