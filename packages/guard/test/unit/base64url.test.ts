/** Canonical base64url. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { decodeBase64Url } from '../../src/jwt/base64url.ts'

test('any bytes come back from their encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.deepEqual(decodeBase64Url(Buffer.from(bytes).toString('base64url')), bytes)
    }),
  )
})

test('any text that decodes is the encoding of what it decodes to', () => {
  const text = fc.string({ unit: fc.constantFrom(...'AQgwBC_-9zé=+/ \n\u{1f512}'), maxLength: 12 })
  fc.assert(
    fc.property(text, (candidate) => {
      const bytes = decodeBase64Url(candidate)
      if (bytes !== undefined) assert.equal(Buffer.from(bytes).toString('base64url'), candidate)
    }),
    { numRuns: 2000 },
  )
})
