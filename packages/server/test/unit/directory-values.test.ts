/** What a setting or another system's database says: any URL is judged, and any value means something or nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { parseColour } from '../../src/pages/colour.ts'
import { mongoUrlProblem } from '../../src/users/directories/mongodb/mongo-url.ts'
import { mysqlUrlProblem } from '../../src/users/directories/sql/mysql.ts'
import { isFalse, isTrue, isVerified, timeOf, wordOf } from '../../src/users/directories/stored-value.ts'
import { textsOf } from '../support/any-text.ts'

const urls = textsOf(
  'mysql://',
  'mongodb://',
  'mongodb+srv://',
  'user:',
  'p%40ss',
  '@',
  'db.example:3306',
  '/app',
  '?ssl-mode=required',
)

test('any URL of a database is allowed or has a problem that does not repeat it', () => {
  const property = fc.property(urls, (url) => {
    const secret = 'a-password-of-9'
    for (const problemOf of [mysqlUrlProblem, mongoUrlProblem]) {
      const problem = problemOf(`${url}${secret}`)
      assert.ok(!problem?.includes(secret))
      if (problem === undefined) assert.match(url, /^\s*[a-z][a-z0-9+.-]*:[^\p{Cc}]*$/iu)
    }
  })
  fc.assert(property, { numRuns: 300 })
})

const stored = fc.oneof(
  textsOf('2026-11-29', 'T00:00', '+01', 'Z', 'true', '0', 'infinity'),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array({ maxLength: 3 }),
  fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, null, undefined, '', {}, []),
)

test('any stored value is true, false or neither, never both, and a time is a number', () => {
  const property = fc.property(stored, (value) => {
    assert.ok(!(isTrue(value) && isFalse(value)))
    assert.ok(wordOf(value) === undefined || typeof wordOf(value) === 'string')
    assert.ok(!Number.isNaN(timeOf(value)))
    assert.equal(typeof isVerified(value), 'boolean')
  })
  fc.assert(property, { numRuns: 500 })
})

test('any colour is written in one way, which is its own, or is none', () => {
  const property = fc.property(textsOf('#', 'abc', '012', 'FFF'), (text) => {
    const colour = parseColour(text)
    if (colour === undefined) return
    assert.match(colour, /^#[0-9a-f]{6}$/)
    assert.equal(parseColour(colour), colour)
  })
  fc.assert(property, { numRuns: 300 })
})
