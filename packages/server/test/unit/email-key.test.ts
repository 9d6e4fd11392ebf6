/** How e-mail addresses are compared. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emailKey, verifiedEmailKey } from '../../src/domain/email.ts'

for (const [key, ...spellings] of [
  [
    'ada@example.com',
    'ada@example.com',
    'Ada@Example.COM',
    'ADA@example.com.',
    'ada＠ｅｘａｍｐｌｅ.com',
    'ａｄａ@example.com',
  ],
  ['josé@example.com', 'josé@example.com'.normalize('NFD'), 'JOSÉ@EXAMPLE.com'],
  [
    'a@xn--mller-kva.example',
    'a@müller.example',
    'a@MÜLLER.example',
    'a@xn--mller-kva.example',
    'a@müller.example'.normalize('NFD'),
  ],
  ['иван@xn--e1afmkfd.xn--p1ai', 'Иван@пример.рф'],
  ['a.b+c@example.com', 'a.b+c@example.com'],
  ['a@b@example.com', 'a@b@EXAMPLE.com'],
] as const) {
  test(`C4 ${key} has ${spellings.length} spellings here`, () => {
    for (const spelling of spellings) assert.equal(emailKey(spelling), key, spelling)
  })
}

test('C4 other addresses have other keys: dots and tags count, and a port, a path or credentials are no host', () => {
  const others = [
    'ab@example.com',
    'a.b@example.com',
    'ab+c@example.com',
    'ab@example.com:80',
    'ab@example.com/x',
    'ab@x%2eexample.com',
    'ab@[127.0.0.1]',
    'ab@',
  ]
  assert.equal(new Set(others.map(emailKey)).size, others.length)
})

test('C4 the key of a key is that key, also where what is behind the @ is no host name', () => {
  for (const host of ['example.com.', 'example.com。', 'example.com..', '..', '.', '', '0x7f..', '0x7f.\u{ad}.']) {
    const key = emailKey(`a@${host}`)
    assert.equal(emailKey(key), key, host)
  }
})

test('only a verified address has a key to log in with', () => {
  assert.equal(verifiedEmailKey({ email: 'a@example.com', isEmailVerified: true }), 'a@example.com')
  for (const profile of [
    { email: 'a@example.com', isEmailVerified: false },
    { email: null, isEmailVerified: true },
    { email: '', isEmailVerified: true },
  ]) {
    assert.equal(verifiedEmailKey(profile), null)
  }
})
