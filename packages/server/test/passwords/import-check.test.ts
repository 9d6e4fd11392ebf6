/** What an import of users accepts as a password hash (passwords.md, "Import checks"). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inspectHash } from '../../src/passwords/import-check.ts'
import { schemes } from '../../src/passwords/schemes.ts'
import { vectors } from './vectors.ts'

const bcryptTail = 'abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'
const sha256Tail = '$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY'
const scryptTail = '$AAEC$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU'
const argon2Tail = '$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA'

test('every published vector is usable, and is recognised as its scheme', () => {
  for (const { scheme, hash } of vectors) {
    const inspection = inspectHash(hash)
    assert.ok(inspection.status === 'usable', hash)
    assert.equal(inspection.scheme, scheme)
  }
})

test('no two formats recognise the same hash', () => {
  for (const { hash } of vectors) assert.equal(schemes.filter((scheme) => scheme.recognises(hash)).length, 1, hash)
})

test('a user without a usable hash must reset the password', () => {
  for (const hash of [null, '', '!', '*', 'x', 'null', '!!', '!dXnN5vB0bY3Kq4fJ']) {
    assert.deepEqual(inspectHash(hash), { status: 'unusable' })
  }
})

const belowFloor = {
  [`$pbkdf2-sha256$599999${sha256Tail}`]: true,
  [`$pbkdf2-sha256$600000${sha256Tail}`]: false,
  [`$2b$09$${bcryptTail}`]: true,
  [`$2b$10$${bcryptTail}`]: false,
  [`$scrypt$ln=16,r=8,p=1${scryptTail}`]: true,
  [`$scrypt$ln=17,r=8,p=1${scryptTail}`]: false,
  [`$argon2id$v=19$m=19456,t=1,p=1${argon2Tail}`]: true,
  [`$argon2id$v=19$m=19456,t=2,p=1${argon2Tail}`]: false,
  [`$argon2id$v=16$m=19456,t=2,p=1${argon2Tail}`]: true,
}
test('a hash below the recommended cost is usable and counted', () => {
  for (const [hash, expected] of Object.entries(belowFloor)) {
    const inspection = inspectHash(hash)
    assert.ok(inspection.status === 'usable', hash)
    assert.equal(inspection.isBelowFloor, expected, hash)
  }
})

const capped = [
  [`$pbkdf2-sha256$10000000${sha256Tail}`, `$pbkdf2-sha256$10000001${sha256Tail}`],
  [`$2b$14$${bcryptTail}`, `$2b$15$${bcryptTail}`],
  [`$argon2id$v=19$m=1048576,t=10,p=16${argon2Tail}`, `$argon2id$v=19$m=1048577,t=10,p=16${argon2Tail}`],
  [`$argon2id$v=19$m=1048576,t=10,p=16${argon2Tail}`, `$argon2id$v=19$m=1048576,t=11,p=16${argon2Tail}`],
  [`$argon2id$v=19$m=1048576,t=10,p=16${argon2Tail}`, `$argon2id$v=19$m=1048576,t=10,p=17${argon2Tail}`],
  [`$scrypt$ln=18,r=8,p=2${scryptTail}`, `$scrypt$ln=19,r=8,p=1${scryptTail}`],
  [`$scrypt$ln=15,r=8,p=16${scryptTail}`, `$scrypt$ln=15,r=8,p=17${scryptTail}`],
  [`$scrypt$ln=18,r=8,p=2${scryptTail}`, `$scrypt$ln=18,r=8,p=3${scryptTail}`],
  [`$scrypt$ln=17,r=8,p=4${scryptTail}`, `$scrypt$ln=1,r=1000000,p=16${scryptTail}`],
] as const
test('a hash above the cost limit of a login is rejected', () => {
  for (const [within, above] of capped) {
    assert.equal(inspectHash(within).status, 'usable', within)
    const inspection = inspectHash(above)
    assert.ok(inspection.status === 'rejected', above)
    assert.match(inspection.message, /costs more than a login may$/)
  }
})

test('C10 the revisions 2x and 2 of bcrypt are rejected by name', () => {
  for (const hash of [`$2x$04$${bcryptTail}`, `$2$04$${bcryptTail}`]) {
    const inspection = inspectHash(hash)
    assert.ok(inspection.status === 'rejected')
    assert.match(inspection.message, /never \$2x\$ or \$2\$/)
  }
})

test('unsalted and unknown formats are rejected', () => {
  for (const hash of [
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '{SSHA}c2FsdA==',
    'md5$salt$checksum',
    '$6$salt$checksum',
    'password',
  ]) {
    assert.deepEqual(inspectHash(hash), { status: 'rejected', message: 'has a format that is not supported' })
  }
})

test('no string makes an inspection throw, and no reason contains a part of the string', () => {
  const prefixes = schemes.map((scheme) => scheme.format.slice(0, scheme.format.indexOf('$', 1) + 1))
  const secret = 'Zq9Xw7Kp3'
  fc.assert(
    fc.property(fc.constantFrom('', ...prefixes), fc.string({ unit: 'binary' }), (prefix, rest) => {
      const inspection = inspectHash(prefix + secret + rest)
      assert.ok(inspection.status === 'rejected')
      assert.ok(!inspection.message.includes(secret))
    }),
    { numRuns: 2000 },
  )
})
