/** The word that was meant. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNearest } from '../../src/nearest.ts'

test('the word that differs in the shortest stretch is found, letter case aside', () => {
  const words = ['keys', 'type', 'issuer', 'audience']
  assert.equal(findNearest('Isuer', words), 'issuer')
  assert.equal(findNearest('KEY', words), 'keys')
  assert.equal(findNearest('', words), 'keys')
})

test('among no words there is none', () => {
  assert.equal(findNearest('x', []), undefined)
})
