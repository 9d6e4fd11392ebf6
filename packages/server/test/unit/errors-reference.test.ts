/** The reference of errors: one table that is shown in three places. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorsReferenceFile, errorsReferenceText } from '../../../../scripts/errors-reference.ts'
import { errorAreas } from '../../src/oauth/error-reference.ts'
import { codeEntries } from '../../src/oauth/reasons/codes.ts'
import { reasons } from '../../src/oauth/reasons.ts'
import { errorsReferencePage } from '../../src/pages/errors-reference.ts'

const words = errorAreas.flatMap((area) => area.entries.map((entry) => entry.word))

test('docs/reference/errors.md is generated from the table', () => {
  assert.ok(readFileSync(errorsReferenceFile, 'utf8') === errorsReferenceText(), 'the file is stale: run npm run docs')
})

test('every code and every reason has one entry, in whole sentences', () => {
  assert.deepEqual(words.toSorted(), [...new Set([...Object.keys(reasons), ...Object.keys(codeEntries)])].toSorted())
  for (const { word, happened, remedy } of errorAreas.flatMap((area) => area.entries)) {
    assert.match(word, /^[a-z]+[a-z0-9_]*$/)
    for (const sentence of [happened, remedy]) {
      assert.match(sentence, /^(`|[A-Z]|\d).*[.?]$/, `${word}: ${sentence}`)
      assert.equal(sentence.split('`').length % 2, 1, `${word}: ${sentence}`)
    }
  }
})

test('a reason with the name of a code is public: one entry describes both', () => {
  for (const [word, entry] of Object.entries(reasons)) {
    if (Object.hasOwn(codeEntries, word)) assert.equal(entry.isPublic, true, word)
  }
})

test('the page has one element with the id for every word that error_uri may end in', () => {
  const page = errorsReferencePage(errorAreas)
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(
    words.filter((word) => !ids.includes(word)),
    [],
  )
})

test('the page shows hostile sentences as text', () => {
  const hostile = '<script>alert(1)</script>" onload=x `<img src=x>`'
  const page = errorsReferencePage([
    { title: hostile, introduction: hostile, entries: [{ word: hostile, happened: hostile, remedy: hostile }] },
  ])
  assert.doesNotMatch(page, /<script|<img|" onload/)
})
