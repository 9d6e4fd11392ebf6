/** Checking a password against any stored value (security cases C5, C8, C9, C10, C12, C13). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSync } from '@node-rs/bcrypt'
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'
import { hashPassword } from '../../src/passwords/hash.ts'
import { candidates } from '../../src/passwords/normalise.ts'
import { matches } from '../../src/passwords/scheme.ts'
import { hashArgon2id } from '../../src/passwords/schemes/argon2.ts'
import { identify, schemes } from '../../src/passwords/schemes.ts'
import { verifyPassword } from '../../src/passwords/verify-password.ts'
import { beginningOf, cheapHash, vectors } from './vectors.ts'

const match = { isMatch: true, needsRehash: false }
const mismatch = { isMatch: false, needsRehash: false }
const unusable = { ...mismatch, problem: 'unusable_hash' }
const malformed = { ...mismatch, problem: 'malformed_hash' }

test('a new hash is argon2id of the default cost with a salt of its own, and needs no rehash', () => {
  const hash = hashPassword('correct horse')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(hash, hashPassword('correct horse'))
  assert.deepEqual(verifyPassword(hash, 'correct horse'), match)
  assert.deepEqual(verifyPassword(hash, 'correct hors'), mismatch)
})

test('C5 a password with a space or tab around it or in another case does not match', () => {
  const hash = hashPassword('Correct horse')
  for (const other of [' Correct horse', 'Correct horse ', 'Correct horse\t', 'correct horse', 'Correct\u00a0 horse']) {
    assert.deepEqual(verifyPassword(hash, other), mismatch)
  }
})

for (const length of [64, 128, 1024]) {
  test(`C6 a password of ${length} characters matches as a whole`, () => {
    const hash = hashPassword('a'.repeat(length))
    assert.deepEqual(verifyPassword(hash, 'a'.repeat(length)), match)
    assert.deepEqual(verifyPassword(hash, 'a'.repeat(length - 1)), mismatch)
    assert.deepEqual(verifyPassword(hash, `${'a'.repeat(length - 1)}b`), mismatch)
  })
}

test('C6 a password above the maximum matches nothing, not even a hash of itself', () => {
  assert.deepEqual(verifyPassword(hashPassword('a'.repeat(1025)), 'a'.repeat(1025)), mismatch)
})

for (const version of ['2a', '2b', '2y'] as const) {
  test(`C8 a $${version}$ hash of more than 72 bytes verifies, is upgraded to the full password, then rejects its prefix`, () => {
    // The 72nd byte is in the middle of a character.
    const password = `a${'é'.repeat(40)}`
    const legacy = hashSync(password, 4).replace(/^\$2\w/, `$$${version}`)
    assert.deepEqual(verifyPassword(legacy, password), { isMatch: true, needsRehash: true })
    assert.equal(verifyPassword(legacy, `a${'é'.repeat(36)}`).isMatch, true)
    assert.equal(verifyPassword(legacy, `a${'é'.repeat(35)}`).isMatch, false)

    const upgraded = hashPassword(password)
    assert.deepEqual(verifyPassword(upgraded, password), match)
    assert.deepEqual(verifyPassword(upgraded, `a${'é'.repeat(36)}`), mismatch)
  })
}

test('C9 a password with NUL matches nothing, not even a hash of it', () => {
  for (const password of ['pass\0word', 'password\0', '\0']) {
    assert.deepEqual(verifyPassword(hashPassword(password), password), mismatch)
    assert.deepEqual(verifyPassword(hashSync(password, 4), password), mismatch)
  }
})

test('C9 bcrypt does not accept a password that is repeated after NUL', () => {
  const parsed = schemes.find((scheme) => scheme.name === 'bcrypt')?.parse(hashSync('password', 4))
  assert.ok(parsed)
  assert.equal(matches(parsed, 'password'), true)
  assert.equal(matches(parsed, 'password\0password'), false)
})

test('C9 an empty password matches nothing, not even a hash of it', () => {
  assert.deepEqual(verifyPassword(hashPassword(''), ''), mismatch)
  assert.deepEqual(verifyPassword(null, ''), unusable)
})

for (const stored of [null, '', '!', '*', 'x', 'null', '!6V0cl1M2YXnOpKxvqKyXkQ']) {
  test(`C9 the stored hash ${JSON.stringify(stored)} matches nothing and is unusable, not malformed`, () => {
    for (const password of ['password', '', '!', '*', 'x', 'null', 'pass\0word', 'ﬁ']) {
      assert.deepEqual(verifyPassword(stored, password), unusable)
    }
  })
}

const tail = 'abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'
const malformedHashes = {
  'bcrypt of a cost below 4': `$2b$03$${tail}`,
  'bcrypt of a cost above 31': `$2b$32$${tail}`,
  'bcrypt of a signed cost': `$2b$+4$${tail}`,
  'bcrypt of the faulty revision 2x': `$2x$04$${tail}`,
  'bcrypt of the obsolete revision 2': `$2$04$${tail}`,
  'bcrypt with stray bits in the salt': `$2b$04$${tail.slice(0, 21)}v${tail.slice(22)}`,
  'bcrypt with stray bits in the checksum': `$2b$04$${tail.slice(0, -1)}n`,
  'bcrypt cut short': `$2b$04$${tail.slice(0, -1)}`,
  'bcrypt with an additional character': `$2b$04$${tail}A`,
  'bcrypt with a line end': `$2b$04$${tail}\n`,
  'pbkdf2 with rounds that are not a number': '$pbkdf2-sha256$abc$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY',
  'pbkdf2 of rounds with a leading zero': '$pbkdf2-sha256$01000$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY',
  'pbkdf2 with stray bits in the checksum': '$pbkdf2-sha256$1000$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTZ',
  'pbkdf2 with the checksum of another digest': '$pbkdf2-sha512$1000$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY',
  'pbkdf2 in standard base64': '$pbkdf2-sha256$1000$$JpOWgdGZlaLO+3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY',
  'argon2id of less memory than its lanes need': '$argon2id$v=19$m=8,t=1,p=4$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA',
  'argon2id with a salt of 4 bytes': '$argon2id$v=19$m=8,t=1,p=1$c29tZQ$c29tZXNhbHRzb21lc2FsdA',
  'argon2id with a tag of 8 bytes': '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ',
  'argon2id of an unknown version': '$argon2id$v=20$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA',
  'scrypt of N = 1': '$scrypt$ln=0,r=8,p=1$AAEC$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU',
  'scrypt of an N too large for its block size':
    '$scrypt$ln=16,r=1,p=1$AAEC$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU',
  'a bare prefix': '$argon2id$',
  'sha-crypt with a short checksum': '$6$rounds=5000$salt$checksum',
  'sha-crypt of fewer rounds than there are': '$5$rounds=999$salt$KqJWpanXZHKq2BOB43TSaYhEWsQ1Lr5QNyPCDH/Tp.6',
  'sha-crypt of rounds with a leading zero': '$5$rounds=05000$salt$KqJWpanXZHKq2BOB43TSaYhEWsQ1Lr5QNyPCDH/Tp.6',
  'phpass of fewer rounds than there are': '$P$4aaaaaaaaaaaaaaaaaaaaaaaaaaaaa.',
  'LDAP with base64 without padding': '{SSHA}yYDxU0TvcCNYKjGrIuPG9+TFLf51DmH',
  'LDAP with a salt that its name excludes': '{SHA}yYDxU0TvcCNYKjGrIuPG9+TFLf51DmHM',
  'LDAP without the salt of its name': '{SSHA}bROMo65UVjGzq9caTwds51nFcAs=',
  'Werkzeug of an N that is no power of two': `scrypt:1000:8:1$salt$${'0'.repeat(128)}`,
  'Django of an N that is no power of two': `scrypt$1000$salt$8$1$${'A'.repeat(86)}==`,
  'Spring of block size 0': `{scrypt}$e0001$AAAA$${'A'.repeat(43)}=`,
  'ASP.NET of an unknown HMAC': `AQAAAAMAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw`,
  'ASP.NET of a salt longer than the value': 'AQAAAAIAAAAyAAAA/+Mwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
  'ASP.NET of no rounds': 'AQAAAAIAAAAAAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
  'ASP.NET cut short, of the original tests': 'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=',
  'Firebase with a checksum of another length than the signer key':
    '$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdA==$42xEC+ixf3L2lw==$9akRjrNnQcPPKuAqrQPq5yck66y87q0=',
  'PBKDF2 of a key shorter than it says': `$pbkdf2-sha256$i=1000,l=64$AAAA$${'A'.repeat(43)}`,
  'a wrapped hash with the checksum beside it':
    '$wrapped$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA$88a434c88cca4e900f7874cd98123f43',
  'a wrapped hash without a hash': '$wrapped$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA$',
  'a hash that is wrapped twice':
    '$wrapped$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA$$wrapped$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA$00000000000000000000000000000000',
  'yescrypt, which is not supported': '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$tnSYvahCwPBHKZUspmcxMfb0.WiB9W.zEaKlOBL35rC',
  'a password in clear with the mark of Spring': '{noop}password',
  'a plaintext password': 'password',
}
for (const [fault, hash] of Object.entries(malformedHashes)) {
  test(`C10 ${fault} fails as malformed`, () => {
    assert.deepEqual(verifyPassword(hash, 'password'), malformed)
  })
}

const tooCostly = {
  'pbkdf2 of 2^32 - 1 rounds': '$pbkdf2-sha256$4294967295$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY',
  'bcrypt of cost 31': `$2b$31$${tail}`,
  'bcrypt-sha256 of cost 31': '$bcrypt-sha256$v=2,t=2b,r=31$abcdefghijklmnopqrstuu$6eeTxYH54oiZ0Z7.zjNaUH4ORExX7RG',
  'argon2id of 4 TiB': '$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA',
  'argon2id of 2^32 - 1 passes': '$argon2id$v=19$m=8,t=4294967295,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA',
  'scrypt of 2^31 blocks': '$scrypt$ln=31,r=8,p=1$AAEC$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU',
  'scrypt of 2^20 lanes': '$scrypt$ln=10,r=8,p=1048576$AAEC$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU',
  'sha-crypt of 10^9 - 1 rounds': '$5$rounds=999999999$salt$KqJWpanXZHKq2BOB43TSaYhEWsQ1Lr5QNyPCDH/Tp.6',
  'phpass of 2^30 rounds': '$P$Saaaaaaaaaaaaaaaaaaaaaaaaaaaaa.',
  'Drupal of 2^30 rounds': `$S$S${'a'.repeat(51)}`,
  'PBKDF2 of 6 million rounds for two blocks': `$pbkdf2-sha256$i=6000000,l=64$AAAA$${'A'.repeat(86)}`,
  'ASP.NET of 2^32 - 1 rounds': 'AQAAAAL/////AAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
  'Werkzeug of 2^30 blocks': `scrypt:1073741824:8:1$salt$${'0'.repeat(128)}`,
  'Werkzeug of 10^9 rounds': `pbkdf2:sha256:1000000000$salt$${'0'.repeat(64)}`,
  'Django of 2^30 blocks': `scrypt$1073741824$salt$8$1$${'A'.repeat(86)}==`,
  'Spring of 2^30 blocks': `{scrypt}$1e0801$AAAA$${'A'.repeat(43)}=`,
  'Spring of argon2 with 4 TiB': '{argon2}$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA',
  'Firebase of 2^31 blocks': `$fbscrypt$v=1,n=31,r=8,p=1,ss=Bw==,sk=${'A'.repeat(22)}==$AAAA$${'A'.repeat(22)}==`,
  'LDAP of bcrypt at cost 31': `{CRYPT}$2b$31$${tail}`,
  'WordPress of cost 31': `$wp$2y$31$${tail}`,
  'Meteor of cost 31': `$meteor$2b$31$${tail}`,
  'a wrapped bcrypt of cost 31': `$wrapped$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA$$2b$31$${tail.slice(0, 22)}${'.'.repeat(31)}`,
  'a wrapped hash in 4 TiB': `$wrapped$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA$${'0'.repeat(32)}`,
  'Django of 10^9 rounds': 'pbkdf2_sha256$1000000000$salt$YIWkt6M1JFXrHg5s0jZjBSc7C2Cz6QvchSJ0h8Y+i7c=',
}
for (const [excess, hash] of Object.entries(tooCostly)) {
  test(`C10 ${excess} is not run but fails as malformed`, () => {
    assert.deepEqual(verifyPassword(hash, 'password'), malformed)
  })
}

test('C12 a password set in NFC matches when it is entered in NFD, and vice versa', () => {
  assert.deepEqual(verifyPassword(hashPassword('caf\u00e9 cr\u00e8me'), 'cafe\u0301 cre\u0300me'), match)
  assert.deepEqual(verifyPassword(hashPassword('cafe\u0301 cre\u0300me'), 'caf\u00e9 cr\u00e8me'), match)
})

test('C12 a password set with the ligature matches when it is entered as letters', () => {
  assert.deepEqual(verifyPassword(hashPassword('\ufb01sh and chips'), 'fish and chips'), match)
  assert.deepEqual(verifyPassword(hashPassword('fish and chips'), '\ufb01sh and chips'), match)
})

test('C12 an imported hash of raw UTF-8 matches its password, and so does its upgrade', () => {
  const raw = 'cafe\u0301 cre\u0300me'
  const imported = hashSync(raw, 4)
  assert.deepEqual(verifyPassword(imported, raw), { isMatch: true, needsRehash: true })
  assert.equal(verifyPassword(imported, raw.normalize('NFC')).isMatch, false)
  assert.deepEqual(verifyPassword(hashPassword(raw), raw), match)
})

test('C12 an argon2id hash of raw UTF-8 matches its password, and is replaced, so that another keyboard matches too', () => {
  const raw = 'cafe\u0301 cre\u0300me'
  const imported = hashArgon2id(raw)
  assert.deepEqual(verifyPassword(imported, raw), { isMatch: true, needsRehash: true })
  assert.deepEqual(verifyPassword(hashPassword(raw), raw), match)
  assert.deepEqual(verifyPassword(hashPassword(raw), raw.normalize('NFC')), match)
})

test('C12 at most two normalizations are tried, the raw one first', () => {
  assert.deepEqual(candidates('password'), ['password'])
  assert.deepEqual(candidates('\ufb01sh'), ['\ufb01sh', 'fish'])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (password) => {
      const tried = candidates(password)
      assert.equal(tried[0], password)
      assert.ok(tried.length <= 2 && new Set(tried).size === tried.length)
    }),
  )
})

test('C13 two different lone surrogates are different passwords', () => {
  assert.deepEqual(verifyPassword(hashPassword('\ud801 password'), '\ud800 password'), mismatch)
  assert.deepEqual(verifyPassword(hashSync('\ud801 password', 4), '\ud800 password'), mismatch)
})

test('an argon2id hash needs a rehash only below the recommended cost', () => {
  const withCost = (cost: string) => {
    const hash = `$argon2id$v=19$${cost}$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA`
    return schemes[0]?.parse(hash)?.isBelowFloor
  }
  for (const cost of ['m=19455,t=2,p=1', 'm=47103,t=1,p=1', 'm=12287,t=3,p=1', 'm=12287,t=9,p=1'])
    assert.equal(withCost(cost), true)
  for (const cost of ['m=19456,t=2,p=1', 'm=47104,t=1,p=1', 'm=12288,t=3,p=1', 'm=65536,t=4,p=4'])
    assert.equal(withCost(cost), false)
})

test('C10 no stored string makes a check throw', () => {
  const hashes = vectors.map((vector) => vector.hash)
  const cheap = hashes.filter((hash) => !/\$2b\$12|29000|25000|scrypt|\{pbkdf2|AYag|AA9C/.test(hash))
  const prefixes = ['', '!', ...new Set(hashes.map(beginningOf))]
  const edited = fc
    .tuple(
      fc.constantFrom(...cheap),
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.constantFrom('$', '=', ',', '.', '-', '\n', '\0', 'é', 'A', ''),
    )
    // Never a digit, so that an edit cannot turn a cheap hash into a slow one.
    .map(([hash, position, removed, added]) => {
      const index = position % hash.length
      return hash.slice(0, index) + added + hash.slice(index + removed)
    })
  const started = fc
    .tuple(fc.constantFrom(...prefixes), fc.string({ unit: anyCharacter }))
    .map(([start, rest]) => start + rest)
  fc.assert(
    fc.property(fc.oneof(edited, started), fc.string({ unit: anyCharacter, maxLength: 12 }), (hash, password) => {
      assert.equal(typeof verifyPassword(hash, password).isMatch, 'boolean')
    }),
    { numRuns: 200, examples: [[cheapHash, 'password']] },
  )
})

test('C8 every format that is bcrypt over another digest reads the whole of a long password', () => {
  const bcrypt = /^\$(bcrypt-sha256|wp|meteor)\$|^bcrypt_sha256\$/
  const found = vectors.filter(({ hash }) => bcrypt.test(hash))
  assert.equal(new Set(found.map(({ scheme }) => scheme)).size, 4)
  for (const { hash } of found) {
    const parsed = identify(hash)?.parse(hash)
    const long = 'a'.repeat(72)
    assert.ok(parsed)
    assert.notDeepEqual(parsed.digest(`${long}b`), parsed.digest(`${long}c`), hash)
  }
})

test('C8 bcrypt behind a prefix reads 72 bytes, as bcrypt does, until the login upgrades it', () => {
  const long = 'a'.repeat(72)
  for (const prefix of ['', '{bcrypt}', 'bcrypt$', '{CRYPT}']) {
    assert.deepEqual(verifyPassword(prefix + hashSync(`${long}b`, 4), `${long}c`), { isMatch: true, needsRehash: true })
  }
})

test('C6 a loop over digests does not run for a password above 512 bytes, which no crypt(3) accepts', () => {
  for (const scheme of ['sha512-crypt', 'sha256-crypt', 'md5-crypt', 'apr1-crypt', 'phpass', 'drupal']) {
    const hash = vectors.find((vector) => vector.scheme === scheme)?.hash ?? ''
    const parsed = identify(hash)?.parse(hash)
    assert.ok(parsed)
    assert.equal(parsed.digest('a'.repeat(512))?.length, parsed.checksum.length)
    assert.equal(parsed.digest('a'.repeat(513)), undefined)
    assert.equal(parsed.digest('é'.repeat(257)), undefined)
  }
})
