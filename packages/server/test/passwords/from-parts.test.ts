/** Hashes of exports that have the parts apart: each text is one that verifies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  argon2HashOf,
  firebaseHashOf,
  meteorHashOf,
  pbkdf2HashOf,
  saltedDigestOf,
  scryptHashOf,
} from '../../src/passwords/from-parts.ts'
import { inspectHash } from '../../src/passwords/import-check.ts'
import { verifyPassword } from '../../src/passwords/verify-password.ts'
import { vectors } from './vectors.ts'

const bytes = (text: string) => Buffer.from(text, 'base64')
const salt = bytes('AAECAwQFBgcICQoLDA0ODw')

/** The last part of the vector that begins so. */
function endOf(beginning: string): Buffer {
  const hash = vectors.find((vector) => vector.hash.startsWith(beginning))?.hash
  assert.ok(hash, beginning)
  return bytes(hash.slice(hash.lastIndexOf('$') + 1))
}

const texts = {
  'pbkdf2-phc': pbkdf2HashOf({ digest: 'sha256', rounds: 1000, salt, key: endOf('$pbkdf2-sha256$i=1000,l=64$') }),
  scrypt: scryptHashOf({ n: 1024, blockSize: 8, parallelism: 1, salt, checksum: endOf('$scrypt$ln=10,r=8,p=1$') }),
  'salted-digest': saltedDigestOf({
    algorithm: 'sha256',
    position: 'prefix',
    salt,
    checksum: endOf('$digest$sha256,prefix$'),
  }),
  'firebase-scrypt': firebaseHashOf({
    memoryCost: 10,
    rounds: 8,
    saltSeparator: bytes('Bw=='),
    signerKey: bytes('jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='),
    salt: bytes('42xEC+ixf3L2lw=='),
    passwordHash: endOf('$fbscrypt$v=1,n=10,'),
  }),
  meteor: meteorHashOf('$2y$04$EsCsd/r6T1JxixLT1xBGi.p9ec7d.Zwj9JEJ6Y4EvLO0lFlssspmG'),
}
for (const [scheme, hash] of Object.entries(texts)) {
  test(`the parts of ${scheme} become a text that verifies`, () => {
    const inspection = inspectHash(hash, { allowWeakHashes: true })
    assert.ok(inspection.status === 'usable')
    assert.equal(inspection.scheme, scheme)
    assert.equal(verifyPassword(hash, 'lètmein').isMatch, true)
  })
}

test('the parts of argon2 become its text, with its version', () => {
  const costs = { version: 19, memoryKib: 256, passes: 2, lanes: 1, salt: Buffer.from('somesalt') }
  const tag = endOf('$argon2i$v=19$m=256,t=2,p=1$')
  const hash = argon2HashOf({ variant: 'argon2i', ...costs, tag })
  assert.equal(verifyPassword(hash, 'password').isMatch, true)
})

test('impossible parts become a text that is rejected', () => {
  const key = Buffer.alloc(32)
  for (const hash of [
    pbkdf2HashOf({ digest: 'sha256', rounds: 0, salt, key }),
    pbkdf2HashOf({ digest: 'sha256', rounds: Number.NaN, salt, key }),
    pbkdf2HashOf({ digest: 'sha256', rounds: 1.5, salt, key }),
    pbkdf2HashOf({ digest: 'sha256', rounds: 1e21, salt, key }),
    pbkdf2HashOf({ digest: 'sha256', rounds: 1000, salt, key: Buffer.alloc(8) }),
    scryptHashOf({ n: 1000, blockSize: 8, parallelism: 1, salt, checksum: key }),
    scryptHashOf({ n: -1, blockSize: 8, parallelism: 1, salt, checksum: key }),
    meteorHashOf('password'),
  ]) {
    assert.equal(inspectHash(hash, { allowWeakHashes: true }).status, 'rejected', hash)
  }
})
