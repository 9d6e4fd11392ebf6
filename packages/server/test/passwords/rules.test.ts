/** The rules for a new password (C6; NIST SP 800-63B-4 §3.1.1.2). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTooLong, passwordProblem } from '../../src/passwords/rules.ts'

test('a password of 8 to 1024 characters of any kind is accepted', () => {
  for (const password of [
    '12345678',
    'aaaaaaaa',
    '        ',
    'p\u00e4\u00df w\u00f6rd \u20ac',
    '\u{1f511}'.repeat(8),
    'a'.repeat(1024),
  ]) {
    assert.equal(passwordProblem(password), undefined, password)
  }
})

test('C6 characters are counted in code points, so 1024 of four bytes each are accepted', () => {
  assert.equal(isTooLong('\u{1f511}'.repeat(1024)), false)
  assert.equal(isTooLong('\u{1f511}'.repeat(1025)), true)
  assert.equal(passwordProblem('\u{1f511}'.repeat(1024)), undefined)
})

test('C6 64, 128 and 1024 characters are accepted; 1025 characters and a mebibyte are too long', () => {
  for (const length of [64, 128, 1024]) assert.equal(isTooLong('a'.repeat(length)), false)
  for (const length of [1025, 2048, 2049, 1_048_576]) assert.equal(isTooLong('a'.repeat(length)), true)
})

test('the rejection of a password has its reason', () => {
  assert.match(passwordProblem('') ?? '', /at least 8 /)
  assert.match(passwordProblem('1234567') ?? '', /at least 8 /)
  assert.match(passwordProblem('\u{1f511}'.repeat(7)) ?? '', /at least 8 /)
  assert.match(passwordProblem('a'.repeat(1025)) ?? '', /at most 1024 /)
  assert.match(passwordProblem('pass\0word') ?? '', /null character/)
  assert.match(passwordProblem('password\ud800') ?? '', /valid Unicode/)
})
