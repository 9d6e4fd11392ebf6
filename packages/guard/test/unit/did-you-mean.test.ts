/** The name that was meant. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean } from '../../src/did-you-mean.ts'

const names = ['issuer', 'audience', 'scope', 'scopeHierarchy', 'keys', 'type', 'clockTolerance', 'now']

const suggestions: readonly (readonly [what: string, word: string, name: string])[] = [
  ['a missing letter', 'isuer', 'issuer'],
  ['an extra letter', 'issuers', 'issuer'],
  ['another letter', 'audiense', 'audience'],
  ['two neighbors swapped', 'isseur', 'issuer'],
  ['swapped at the beginning', 'siuser', 'issuer'],
  ['two edits of six letters', 'isuerr', 'issuer'],
  ['three edits of fourteen', 'clockTollerence', 'clockTolerance'],
  ['another letter case', 'ISSUER', 'issuer'],
  ['the fewest edits before the first name', 'scopeHierarchie', 'scopeHierarchy'],
  ['an edit before a beginning', 'scopes', 'scope'],
  ['the beginning of a name', 'clock', 'clockTolerance'],
  ['a name and more', 'typeOfToken', 'type'],
]
for (const [what, word, name] of suggestions) {
  test(`${what}: ${word} suggests ${name}`, () => {
    assert.equal(didYouMean(word, names), `: did you mean ${name}?`)
  })
}

for (const word of ['colour', '', 'kex_', 'nnow_', '__proto__', 'x'.repeat(1_000_000)]) {
  test(`${word.slice(0, 20) || 'the empty word'} suggests nothing`, () => {
    assert.equal(didYouMean(word, names), '')
  })
}

test('of names that need as many edits, the first is suggested', () => {
  assert.equal(didYouMean('cat', ['car', 'cap']), ': did you mean car?')
})

test('among no names, none is suggested', () => {
  assert.equal(didYouMean('x', []), '')
})
