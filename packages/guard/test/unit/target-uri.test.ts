/** The one spelling of a URI. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { normalizeTarget } from '../../src/dpop/target-uri.ts'

const spelt: readonly (readonly [uri: string, normal: string | undefined])[] = [
  ['https://a.example', 'https://a.example/'],
  ['https://a.example?x', 'https://a.example/'],
  ['HTTP://A.Example:80/X', 'http://a.example/X'],
  ['https://a.example:80/', 'https://a.example:80/'],
  ['http://[::1]:3000/x', 'http://[::1]:3000/x'],
  ['http://my_api:3000/x', 'http://my_api:3000/x'],
  ['https://a.example/a/./b/../c/', 'https://a.example/a/c/'],
  ['https://a.example/a/..', 'https://a.example/'],
  ['https://a.example/a/b/..', 'https://a.example/a/'],
  ['https://a.example/a/.', 'https://a.example/a/'],
  ['https://a.example/../../a', 'https://a.example/a'],
  ['https://a.example/%2e%2E/a', 'https://a.example/a'],
  ['https://a.example//a', 'https://a.example//a'],
  ['https://a.example/%zz%', 'https://a.example/%zz%'],
  ['https://a.example/a|b', 'https://a.example/a|b'],
  ['https://', undefined],
  ['https:///a', undefined],
  ['https://a.example:port/', undefined],
  ['https://a.example:123456/', undefined],
  ['https://a b/', undefined],
  ['https://a.example/a b', undefined],
  ['https://a%2eexample/', undefined],
  ['file:///etc/passwd', undefined],
  ['urn:x', undefined],
]
for (const [uri, normal] of spelt) {
  test(`${uri} is spelt ${normal}`, () => {
    assert.equal(normalizeTarget(uri), normal)
  })
}

test('what has one spelling keeps it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()), (text) => {
      const normal = normalizeTarget(text)
      if (normal !== undefined) assert.equal(normalizeTarget(normal), normal)
    }),
  )
})

test('what the platform makes of a URL is spelt the same', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
      assert.equal(normalizeTarget(new URL(text).href), normalizeTarget(text))
    }),
  )
})
