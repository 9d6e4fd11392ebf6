/** The suggestion for a misspelt name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean } from '../../src/config/did-you-mean.ts'

const names = ['scope', 'scopes', 'client_name', 'client_secret', 'client_secrets', 'redirect_uris', 'me']

const suggestions: readonly (readonly [word: string, name: string, why: string])[] = [
  ['SCOPE', 'scope', 'letter case does not count'],
  ['scops', 'scope', 'the first of two names that are equally near'],
  ['client_secrt', 'client_secret', 'a character is left out'],
  ['client_secrret', 'client_secret', 'a character is added'],
  ['client_sekret', 'client_secret', 'a character is replaced'],
  ['cleint_secret', 'client_secret', 'two neighbors are swapped'],
  ['clientsecret', 'client_secret', 'an underscore is left out'],
  ['clietnSecrets', 'client_secrets', 'two edits in a long name'],
  ['redirectURI', 'redirect_uris', 'two edits, in another letter case'],
  ['redirect', 'redirect_uris', 'the beginning of a name'],
  ['client_name_of_the_app', 'client_name', 'a name is its beginning'],
]

for (const [word, name, why] of suggestions) {
  test(`${word} suggests ${name}: ${why}`, () => {
    assert.equal(didYouMean(word, names), `: did you mean ${name}?`)
  })
}

for (const [word, why] of [
  ['logo', 'no name is similar'],
  ['you', 'two edits turn it into "me", which is too short for two'],
  ['', 'an empty word is the beginning of every name'],
] as const) {
  test(`${JSON.stringify(word)} suggests nothing: ${why}`, () => {
    assert.equal(didYouMean(word, names), '')
  })
}

test('a very long word takes little time and no deep stack', () => {
  assert.equal(didYouMean('x'.repeat(1_000_000), names), '')
})
