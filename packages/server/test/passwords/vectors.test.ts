/** Every published vector verifies, and no hash that is similar to it (passwords.md). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matches } from '../../src/passwords/scheme.ts'
import { fastSchemes, identify, schemes } from '../../src/passwords/schemes.ts'
import { verifyPassword } from '../../src/passwords/verify-password.ts'
import { tim, vectors } from './vectors.ts'

for (const { scheme, password, hash } of vectors) {
  const title = `${hash.slice(0, 28)}... of '${password.slice(0, 12)}'`

  test(`${title} is recognised as ${scheme} and verifies`, () => {
    assert.equal(identify(hash)?.name, scheme)
    const parsed = identify(hash)?.parse(hash)
    assert.ok(parsed)
    assert.equal(parsed.isWeak || fastSchemes.every(({ name }) => name !== scheme), true)
    assert.equal(matches(parsed, password), true)
    assert.equal(matches(parsed, `${password}x`), false)
    // One vector has an empty password, but no account may have one (C9).
    assert.equal(verifyPassword(hash, password).isMatch, password !== '')
  })

  test(`${title} fails with one character changed`, () => {
    const found = changes(hash)
    assert.ok(found.length >= 2)
    for (const changed of found) {
      assert.notEqual(changed, hash)
      const parsed = identify(changed)?.parse(changed)
      assert.notEqual(parsed && !parsed.exceedsCap && matches(parsed, password), true, changed)
    }
  })

  test(`${title} fails when it is cut short or continued`, () => {
    for (const changed of [hash.slice(0, -1), `${hash}A`, `${hash}0`, `${hash}=`, `${hash}\n`, ` ${hash}`]) {
      const parsed = identify(changed)?.parse(changed)
      assert.notEqual(parsed && !parsed.exceedsCap && matches(parsed, password), true, changed)
    }
  })
}

test('every scheme has a vector, and its own name', () => {
  const covered = new Set(vectors.map(({ scheme }) => scheme))
  // Made here, so tested in wrap.test.ts; and a second name of {PBKDF2}.
  const others = ['wrapped', 'ldap-pbkdf2-sha1']
  assert.deepEqual(
    schemes.map(({ name }) => name).filter((name) => !covered.has(name) && !others.includes(name)),
    [],
  )
  assert.equal(new Set(schemes.map(({ name }) => name)).size, schemes.length)
})

test("tim's hash of the tutorial verifies with his password, and needs an upgrade", () => {
  assert.deepEqual(verifyPassword(tim.hash, tim.password), { isMatch: true, needsRehash: true })
  assert.deepEqual(verifyPassword(tim.hash, 'tim12345'), { isMatch: false, needsRehash: false })
})

/** One change at each end of each part. Of a number only the last digit, so that a cheap hash stays cheap. */
function changes(hash: string): readonly string[] {
  const parts = [...hash.matchAll(/[^$:{}=,@|]+/g)].flatMap(({ 0: part, index }) => {
    // A letter of bcrypt's revision, such as 2a, may be another.
    if (/^2[aby]$/.test(part)) return [index]
    const last = index + part.length - 1
    return /^\d+$/.test(part) || part.length === 1 ? [last] : [index, last]
  })
  // A hash of bcrypt has no separator between its salt and its checksum.
  const bcryptParts = /\$2[aby]\$\d\d\$/.test(hash) ? [hash.length - 32, hash.length - 31] : []
  return [...new Set([...parts, ...bcryptParts])].map(
    (index) => hash.slice(0, index) + next(hash[index]) + hash.slice(index + 1),
  )
}

function next(character: string | undefined): string {
  const alphabets = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', './+-_']
  for (const alphabet of alphabets) {
    const index = alphabet.indexOf(character ?? '')
    if (character && index >= 0) return alphabet[(index + 1) % alphabet.length] ?? ''
  }
  throw new Error(`no other character for ${character}`)
}
