/** What an import of users accepts as a password hash (passwords.md, "Import checks"). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'
import { inspectHash } from '../../src/passwords/import-check.ts'
import { schemes } from '../../src/passwords/schemes.ts'
import { beginningOf, vectors } from './vectors.ts'

const bcryptTail = 'abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'
const sha256Tail = '$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY'
const scryptTail = '$AAEC$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU'
const argon2Tail = '$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA'

test('every published vector is usable, and is recognised as its scheme', () => {
  for (const { scheme, hash } of vectors) {
    const inspection = inspectHash(hash, { allowWeakHashes: true })
    assert.ok(inspection.status === 'usable', hash)
    assert.equal(inspection.scheme, scheme)
  }
})

test('no two formats recognise the same hash', () => {
  for (const { hash } of vectors) assert.equal(schemes.filter((scheme) => scheme.recognises(hash)).length, 1, hash)
})

test('a user without a usable hash must reset the password', () => {
  const behindName = ['{CRYPT}', '{CRYPT}!', '{crypt}*', '{CRYPT}x', '{CRYPT}*LK*', '{CRYPT}!$6$salt$checksum']
  for (const hash of [null, '', '!', '*', 'x', 'null', '!!', '!dXnN5vB0bY3Kq4fJ', ...behindName]) {
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

const wrappedBcrypt = (cost: number) =>
  `$wrapped$argon2id$v=19$m=19456,t=2,p=1${argon2Tail}$$2b$${cost}$${bcryptTail.slice(0, 22)}${'.'.repeat(31)}`
const capped = [
  [wrappedBcrypt(14), wrappedBcrypt(15)],
  [`$pbkdf2-sha256$10000000${sha256Tail}`, `$pbkdf2-sha256$10000001${sha256Tail}`],
  [`$2b$14$${bcryptTail}`, `$2b$15$${bcryptTail}`],
  [`$argon2id$v=19$m=1048576,t=4,p=16${argon2Tail}`, `$argon2id$v=19$m=1048577,t=3,p=16${argon2Tail}`],
  [`$argon2id$v=19$m=1048576,t=4,p=16${argon2Tail}`, `$argon2id$v=19$m=1048576,t=5,p=16${argon2Tail}`],
  [`$argon2id$v=19$m=19456,t=10,p=16${argon2Tail}`, `$argon2id$v=19$m=19456,t=11,p=16${argon2Tail}`],
  [`$argon2id$v=19$m=1048576,t=4,p=16${argon2Tail}`, `$argon2id$v=19$m=1048576,t=4,p=17${argon2Tail}`],
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

const weak = {
  'hex-md5': '5f4dcc3b5aa765d61d8327deb882cf99',
  'ldap-sha1': '{SSHA}yYDxU0TvcCNYKjGrIuPG9+TFLf51DmHM',
  phpass: '$P$6s7BGgPY//ThGU7h1WtTOf5qJxaFeq/',
  'md5-crypt': '$1$abcdefgh$gxOQ/exEyaqQ/0yO5CDWM0',
  'ldap-crypt': '{CRYPT}$1$abcdefgh$gxOQ/exEyaqQ/0yO5CDWM0',
  'sha256-crypt': '$5$rounds=1000$Yl5ZZScY91Op1W4V$XIYXvgANYQcIVwd2gILaHrthTM.GNOg6lwDPYs6EmD.',
  'pbkdf2-sha256': `$pbkdf2-sha256$999${sha256Tail}`,
  scrypt: `$scrypt$ln=10,r=1,p=1${scryptTail}`,
  argon2id: `$argon2id$v=19$m=100,t=2,p=1${argon2Tail}`,
  'aspnet-identity-v3': 'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
}
test('a hash that is fast to guess is rejected by name, unless weak hashes are allowed', () => {
  for (const [scheme, hash] of Object.entries(weak)) {
    assert.deepEqual(inspectHash(hash), {
      status: 'rejected',
      isWeak: true,
      message: `is a weak hash (${scheme}), which can be guessed too fast: --allow-weak-hashes imports it inside of argon2id`,
    })
    const inspection = inspectHash(hash, { allowWeakHashes: true })
    assert.ok(inspection.status === 'usable', hash)
    assert.deepEqual(
      { scheme: inspection.scheme, isWeak: inspection.isWeak, isWrappable: inspection.isWrappable },
      { scheme, isWeak: true, isWrappable: true },
    )
  }
})

test('hashes at the usual cost of their software are not weak', () => {
  for (const hash of [
    `$pbkdf2-sha256$1000${sha256Tail}`,
    `$2b$04$${bcryptTail}`,
    'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
    '$6$abcdefgh$OB19rYMN5TiVbGpg.nVcVmDsu6Uldh76yL/kXTGfC2zZHYYdV17JFtT5qVpqPzic3bwglaZIle7FRCEuo7ysy1',
    '$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf',
  ]) {
    const inspection = inspectHash(hash)
    assert.ok(inspection.status === 'usable', hash)
    assert.equal(inspection.isWeak, false)
    assert.equal(inspection.isWrappable, true)
  }
})

test('only argon2id of the default cost is neither wrappable nor replaced', () => {
  const current = inspectHash(`$argon2id$v=19$m=19456,t=2,p=1${argon2Tail}`)
  assert.ok(current.status === 'usable')
  assert.equal(current.isWrappable, false)
  const low = inspectHash(`$argon2id$v=19$m=19456,t=1,p=1${argon2Tail}`)
  assert.ok(low.status === 'usable')
  assert.equal(low.isWrappable, true)
})

const unsupported = {
  '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$tnSYvahCwPBHKZUspmcxMfb0.WiB9W.zEaKlOBL35rC': /^is yescrypt \(\$y\$/,
  '{CRYPT}$y$j9T$F5Jx5fExrKuPp53xLKQ..1$tnSYvahCwPBHKZUspmcxMfb0.WiB9W.zEaKlOBL35rC': /^is yescrypt \(\$y\$/,
  $gy$j9T$x$y: /^is yescrypt/,
  '{noop}password': /^is a password in clear/,
  '{CLEARTEXT}password': /^is a password in clear/,
  '{crypt}rl0uE2xx1gxxg': /^is DES crypt/,
  '{CRYPT}_J9..rasmBYk8r9AiWNc': /^is DES crypt/,
  '$7$C6..../....SodiumChloride$x': /^is the scrypt of crypt/,
  '$md5,rounds=5000$salt$$x': /^is the MD5 of Solaris/,
  $sha1$40000$salt$x: /^is the sha1-crypt of NetBSD/,
  $3$$8846f7eaee8fb117ad06bdd830b7586c: /^is a hash of MD4/,
  '{MD4}8846f7eaee8fb117ad06bdd830b7586c': /^is a hash of MD4/,
  $p5k2$2710$salt$x: /^is PBKDF2 of Dwayne Litzenberger/,
  U$S$9aaaaaaaa: /^is a hash that Drupal 7 made/,
  '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19': /^is a hash of MySQL/,
  'SCRAM-SHA-256$4096:x$y:z': /^is a SCRAM verifier/,
}
test('a known format that is not supported is named, with what to do', () => {
  for (const [hash, name] of Object.entries(unsupported)) {
    const inspection = inspectHash(hash, { allowWeakHashes: true })
    assert.ok(inspection.status === 'rejected', hash)
    assert.match(inspection.message, name)
    assert.match(inspection.message, /not supported: .*\. Write ! instead of it, and let the user set a new password$/)
    assert.equal(inspection.isWeak, false)
  }
})

test('an unknown format is rejected', () => {
  for (const hash of ['rl0uE2xx1gxxg', 'sha256$salt$checksum', '$unknown$1$salt$checksum', 'password', '{X}password']) {
    assert.deepEqual(inspectHash(hash), {
      status: 'rejected',
      isWeak: false,
      message: 'has a format that is not supported',
    })
  }
})

test('no string makes an inspection throw, and no reason contains a part of the string', () => {
  const prefixes = new Set(vectors.map(({ hash }) => beginningOf(hash)))
  const secret = 'Zq9Xw7Kp3'
  fc.assert(
    fc.property(
      fc.constantFrom('', '{noop}', '$y$', '$wrapped$', ...prefixes),
      fc.string({ unit: anyCharacter }),
      (prefix, rest) => {
        const inspection = inspectHash(prefix + secret + rest, { allowWeakHashes: true })
        assert.ok(inspection.status === 'rejected')
        assert.ok(!inspection.message.includes(secret))
      },
    ),
    { numRuns: 2000 },
  )
})
