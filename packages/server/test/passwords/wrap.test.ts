/** Hashes of every format inside of argon2id (docs/decisions/0070). */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { inspectHash } from '../../src/passwords/import-check.ts'
import { identify } from '../../src/passwords/schemes.ts'
import { verifyPassword } from '../../src/passwords/verify-password.ts'
import { wrapHash } from '../../src/passwords/wrap.ts'
import { vectors } from './vectors.ts'

const wrappable = vectors.filter(({ hash }) => {
  const inspection = inspectHash(hash, { allowWeakHashes: true })
  return inspection.status === 'usable' && inspection.isWrappable
})

for (const { scheme, password, hash } of wrappable) {
  const wrapped = wrapHash(hash)

  test(`${hash.slice(0, 28)}... of ${scheme} is wrapped, and verifies with the same password alone`, () => {
    const inspection = inspectHash(wrapped)
    assert.ok(inspection.status === 'usable')
    assert.deepEqual(
      { scheme: inspection.scheme, isWeak: inspection.isWeak, isWrappable: inspection.isWrappable },
      { scheme: 'wrapped', isWeak: false, isWrappable: false },
    )
    assert.deepEqual(verifyPassword(wrapped, `${password}x`), { isMatch: false, needsRehash: false })
    if (password === '') return
    assert.deepEqual(verifyPassword(wrapped, password), { isMatch: true, needsRehash: true })
  })

  test(`${hash.slice(0, 28)}... of ${scheme} leaves nothing of its checksum in the wrapped form`, () => {
    const parsed = identify(hash)?.parse(hash)
    assert.ok(parsed)
    const { blank } = parsed
    assert.notEqual(blank, hash)
    assert.equal(blank.length, hash.length)
    const ofBlank = identify(blank)?.parse(blank)
    assert.equal(identify(blank)?.name, scheme)
    assert.equal(ofBlank?.blank, blank)
    // Zero in each encoding of a checksum: bytes, crypt's alphabet and bcrypt's.
    assert.ok(ofBlank?.checksum.every((byte) => byte === 0 || byte === 0x2e))
    assert.ok(wrapped.endsWith(`$${blank}`))
  })
}

test('two users with the same password and no salt have different wrapped hashes', () => {
  const md5 = '5f4dcc3b5aa765d61d8327deb882cf99'
  assert.notEqual(wrapHash(md5), wrapHash(md5))
})

test('C12 a wrapped hash of raw UTF-8 matches its password as typed, and not that of the normal form', () => {
  const raw = 'cafe\u0301 cre\u0300me'
  const wrapped = wrapHash(createHash('sha1').update(raw).digest('hex'))
  assert.deepEqual(verifyPassword(wrapped, raw), { isMatch: true, needsRehash: true })
  assert.equal(verifyPassword(wrapped, raw.normalize('NFC')).isMatch, false)
})

test('a wrapped hash with one character changed never matches', () => {
  const password = 'lètmein'
  const wrapped = wrapHash('{SSHA}yYDxU0TvcCNYKjGrIuPG9+TFLf51DmHM')
  // Behind the costs, so that no change makes the hash slow.
  const start = wrapped.indexOf('p=1$')
  fc.assert(
    fc.property(
      fc.integer({ min: start, max: wrapped.length - 1 }),
      fc.constantFrom(...'Aa0./+$=-é'),
      (index, character) => {
        fc.pre(wrapped[index] !== character && wrapped[index - 2] !== 'p')
        const changed = wrapped.slice(0, index) + character + wrapped.slice(index + 1)
        // The name of a scheme may have small letters.
        fc.pre(!changed.includes('{SSHa}'))
        assert.equal(verifyPassword(changed, password).isMatch, false, changed)
      },
    ),
    { numRuns: 60 },
  )
})

test('what cannot be wrapped is a TypeError that shows no part of it', () => {
  for (const hash of ['', '!', 'password', '{noop}password', '$2b$31$', wrapHash('5f4dcc3b5aa765d61d8327deb882cf99')]) {
    assert.throws(
      () => wrapHash(hash),
      (error) => {
        assert.ok(error instanceof TypeError)
        assert.ok(hash.length < 3 || !error.message.includes(hash))
        return true
      },
    )
  }
})
