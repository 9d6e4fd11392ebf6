/** RFC 7515 §7.1: a token has one spelling. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject } from '@countersign/guard/strict-json'
import { fc } from '../../../../test/support/fast-check.ts'
import { isCanonicalJws } from '../../src/tokens/canonical-jws.ts'
import { textsOf } from '../support/any-text.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 })
const signatures = fc.uint8Array({ minLength: 1, maxLength: 64 })

const tokens = fc
  .tuple(objects, objects, signatures)
  .map(([header, payload, signature]) => [part(header), part(payload), Buffer.from(signature).toString('base64url')])

test('§7.1 any header, payload and signature that are encoded as they must be are a token', () => {
  fc.assert(fc.property(tokens, (parts) => assert.ok(isCanonicalJws(parts.join('.')))))
})

test('any text is rejected, or three parts that are encoded in the same way again, two of them objects', () => {
  const texts = textsOf('.', 'e30', 'e30.e30.AAAA', 'eyJh', 'AA', 'W10', 'bnVsbA')
  const property = fc.property(texts, (text) => {
    if (!isCanonicalJws(text)) return
    const parts = text.split('.')
    assert.equal(parts.length, 3)
    for (const one of parts) assert.equal(Buffer.from(one, 'base64url').toString('base64url'), one)
    for (const one of parts.slice(0, 2)) assert.ok(isJsonObject(JSON.parse(`${Buffer.from(one, 'base64url')}`)))
  })
  fc.assert(property, { numRuns: 500 })
})

test('RFC 4648 §3.5 no other spelling of a token is one', () => {
  const changes = fc.constantFrom('=', ' ', '\n', '.', '+', '/', '\0', 'é', '..')
  const property = fc.property(tokens, fc.nat(), changes, (parts, at, inserted) => {
    const token = parts.join('.')
    const place = at % (token.length + 1)
    assert.ok(!isCanonicalJws(token.slice(0, place) + inserted + token.slice(place)), `${inserted} at ${place}`)
  })
  fc.assert(property)
  // Bits that the last letter has over.
  for (const stray of ['e31.e30.AAAA', 'e30.e31.AAAA', 'e30.e30.AB']) assert.ok(!isCanonicalJws(stray), stray)
})
