/** Suggestions for misspelt names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean } from '../../src/options/did-you-mean.ts'

const names = ['issuer', 'clientId', 'clientSecret', 'redirectUri', 'scope', 'apis', 'now']

function suggestionFor(word: string): string | undefined {
  return /^: did you mean (.+)\?$/.exec(didYouMean(word, names))?.[1]
}

test('one edit is enough for a name of any length: a character left out, added, replaced or swapped', () => {
  assert.equal(suggestionFor('isuer'), 'issuer')
  assert.equal(suggestionFor('scopes'), 'scope')
  assert.equal(suggestionFor('nov'), 'now')
  assert.equal(suggestionFor('cleintId'), 'clientId')
})

test('letter case does not count', () => {
  assert.equal(suggestionFor('clientID'), 'clientId')
  assert.equal(suggestionFor('REDIRECTURI'), 'redirectUri')
})

test('two or three edits are enough when they are at most a third of the name', () => {
  assert.equal(suggestionFor('redirectUrls'), 'redirectUri')
  assert.equal(suggestionFor('client_secrt'), 'clientSecret')
  assert.equal(suggestionFor('nwoo'), undefined)
})

test('the name with the fewest edits wins, wherever it is in the list', () => {
  assert.equal(didYouMean('scopes', ['scoped', 'scope', 'scopes']), ': did you mean scopes?')
  assert.equal(didYouMean('isuer', ['issuers', 'issuer']), ': did you mean issuer?')
})

test('a name that begins with the word is similar, and one that the word begins with', () => {
  assert.equal(suggestionFor('redirect'), 'redirectUri')
  assert.equal(suggestionFor('apisAllowed'), 'apis')
})

test('there is no suggestion for a word that is like no name, for no names and for no word', () => {
  assert.equal(didYouMean('tenant', names), '')
  assert.equal(didYouMean('issuer', []), '')
  assert.equal(didYouMean('', names), '')
})
