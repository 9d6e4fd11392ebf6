/** The rules for a new password (C6; NIST SP 800-63B-4 §3.1.1.2). */

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { isTooLong } from '../../src/passwords/login-rules.ts'
import { passwordProblem } from '../../src/passwords/rules.ts'

test('a password of 8 to 256 characters of any kind is accepted', () => {
  for (const password of [
    'p\u00e4\u00df w\u00f6rd \u20ac',
    '\u{1f511}'.repeat(8),
    '\u3371\u3371\u3371 x',
    'correct horse battery staple',
    'a'.repeat(256),
    '\u{1f511}'.repeat(256),
  ]) {
    assert.equal(passwordProblem(password), undefined, password)
  }
})

test('C6 at a login characters are counted in code points, so 1024 of four bytes each are accepted, as earlier versions did', () => {
  assert.equal(isTooLong('\u{1f511}'.repeat(1024)), false)
  assert.equal(isTooLong('\u{1f511}'.repeat(1025)), true)
})

test('C6 64, 128 and 1024 characters are accepted; 1025 characters and a mebibyte are too long', () => {
  for (const length of [64, 128, 1024]) assert.equal(isTooLong('a'.repeat(length)), false)
  for (const length of [1025, 2048, 2049, 1_048_576]) assert.equal(isTooLong('a'.repeat(length)), true)
})

test('the rejection of a password has its reason', () => {
  assert.match(passwordProblem('') ?? '', /at least 8 /)
  assert.match(passwordProblem('1234567') ?? '', /at least 8 /)
  assert.match(passwordProblem('\u{1f511}'.repeat(7)) ?? '', /at least 8 /)
  assert.match(passwordProblem('a'.repeat(257)) ?? '', /at most 256 /)
  assert.match(passwordProblem('a'.repeat(1_048_576)) ?? '', /at most 256 /)
  assert.match(passwordProblem(' '.repeat(9)) ?? '', /white space alone/)
  assert.match(passwordProblem('\u3000\u00a0'.repeat(5)) ?? '', /white space alone/)
  assert.match(passwordProblem('pass\0word') ?? '', /null character/)
  assert.match(passwordProblem('password\ud800') ?? '', /valid Unicode/)
  assert.match(passwordProblem('password1') ?? '', /100,000 most common/)
  assert.match(passwordProblem('grace2024!', ['grace']) ?? '', /username/)
})

test('characters are counted in the normal form NFKC, which is what is hashed', () => {
  // Seven letters, of which each is a letter and an accent.
  assert.match(passwordProblem('e\u0301'.repeat(7)) ?? '', /at least 8 /)
  // One character that is 18 in the normal form.
  assert.match(passwordProblem('\ufdfa'.repeat(15)) ?? '', /at most 256 /)
  assert.equal(passwordProblem('\ufdfa'.repeat(14)), undefined)
})

const common = [
  'password',
  'password123',
  'P@ssw0rd',
  'PassWord1',
  'qwertyuiop',
  '1q2w3e4r5t',
  'iloveyou1',
  '12345678',
  'aaaaaaaa',
  'trustno1',
  'welcome123',
  ' sunshine1 ',
  '\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44',
  'pass word',
  'q w e r t y u i o p',
  'pass\u200bword',
  'p\u00adassword1',
]

for (const password of common) {
  test(`a common password is rejected, in any case and spelling: ${JSON.stringify(password)}`, () => {
    assert.match(passwordProblem(password) ?? '', /most common/)
  })
}

test('of ten thousand passwords that nobody chose, at most a few are taken for common ones', () => {
  const made = Array.from({ length: 10_000 }, (_, index) => hash('sha256', `seed ${index}`, 'base64url').slice(0, 16))
  assert.ok(made.filter((password) => passwordProblem(password) !== undefined).length <= 5)
})

const about = ['John.Doe', 'M\u00fcnsterstra\u00dfe', 'jd.smith+shop@mail.acme-works.example', 'Photo Album']

const derived = [
  'johndoe123',
  'John.Doe!',
  'JOHN-DOE-2024',
  'johndoejohndoe',
  'jd.smith+shop@mail.acme-works.example',
  'jdsmithshop1',
  'acme-works-1',
  'photoalbum',
  'Photo Album 1!',
  'albumalbum99',
  'JohnDoePassword1',
  'J\u00f6hn.D\u00f5e!',
  'Jo\u0302hn\u200b-Doe-24',
  'm\u00fcnsterstra\u00dfe1',
  'MUNSTERSTRASSE1',
]

for (const password of derived) {
  test(`a password made of the username, the email or the deployment's name is rejected: ${password}`, () => {
    assert.match(passwordProblem(password, about) ?? '', /^must not be made of the username/)
  })
}

test('a password that contains such a word, and enough besides, is accepted', () => {
  for (const password of ['my photo of the red barn', 'john likes green tea', 'kd7Q-works-zT44mm']) {
    assert.equal(passwordProblem(password, about), undefined, password)
  }
  // Words of one or two letters are in everything.
  assert.equal(passwordProblem('alabaster gate', ['al', 'a@b.example', 'X']), undefined)
})
