/** Every published vector verifies, and no hash that is similar to it (passwords.md). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identify } from '../../src/passwords/schemes.ts'
import { verifyPassword } from '../../src/passwords/verify-password.ts'
import { tim, vectors } from './vectors.ts'

for (const { scheme, password, hash } of vectors) {
  const title = `${hash.slice(0, 28)}... of '${password.slice(0, 12)}'`

  test(`${title} is recognised as ${scheme} and verifies`, () => {
    assert.equal(identify(hash)?.name, scheme)
    const parsed = identify(hash)?.parse(hash)
    assert.equal(parsed?.scheme, scheme)
    assert.equal(parsed?.verify(password), true)
    assert.equal(parsed?.verify(`${password}x`), false)
    // One vector has an empty password, but no account may have one (C9).
    assert.equal(verifyPassword(hash, password).isMatch, password !== '')
  })

  test(`${title} fails with one character changed`, () => {
    for (const { part, changed } of changes(hash)) {
      assert.notEqual(changed, hash)
      assert.equal(
        verifyPassword(changed, password === '' ? 'password' : password).isMatch,
        false,
        `${part}: ${changed}`,
      )
      assert.notEqual(identify(changed)?.parse(changed)?.verify(password), true, `${part}: ${changed}`)
    }
  })
}

test("tim's hash of the tutorial verifies with his password, and needs an upgrade", () => {
  assert.deepEqual(verifyPassword(tim.hash, tim.password), { isMatch: true, needsRehash: true })
  assert.deepEqual(verifyPassword(tim.hash, 'tim12345'), { isMatch: false, needsRehash: false })
})

/** One change in the scheme, in each number of the cost, and at both ends of the salt and of the checksum. */
function changes(hash: string): { part: string; changed: string }[] {
  const fields = hash.split('$')
  const isPlainBcrypt = /^\$2[aby]\$/.test(hash)
  const checksumLength = isPlainBcrypt ? 31 : (fields.at(-1) ?? '').length
  const checksumStart = hash.length - checksumLength
  const saltLength = isPlainBcrypt ? 22 : (fields.at(-2) ?? '').length
  const saltStart = checksumStart - saltLength - (isPlainBcrypt ? 0 : 1)
  const cost = fields.at(isPlainBcrypt ? -2 : -3) ?? ''
  const costStart = saltStart - cost.length - 1

  const at = (part: string, index: number) => ({
    part,
    changed: hash.slice(0, index) + next(hash[index]) + hash.slice(index + 1),
  })
  return [
    at('scheme', hash.startsWith('$') ? 1 : 0),
    ...[...cost.matchAll(/[0-9](?![0-9])/g)].map((digit) => at('cost', costStart + digit.index)),
    // The one empty salt has no character to change, so it gets three bytes.
    ...(saltLength === 0
      ? [{ part: 'salt', changed: `${hash.slice(0, saltStart)}AAAA${hash.slice(saltStart)}` }]
      : [at('salt', saltStart), at('salt end', saltStart + saltLength - 1)]),
    at('checksum', checksumStart),
    at('checksum end', hash.length - (hash.endsWith('=') ? 2 : 1)),
  ]
}

function next(character: string | undefined): string {
  const alphabets = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', './+']
  for (const alphabet of alphabets) {
    const index = alphabet.indexOf(character ?? '')
    if (character && index >= 0) return alphabet[(index + 1) % alphabet.length] ?? ''
  }
  throw new Error(`no other character for ${character}`)
}
