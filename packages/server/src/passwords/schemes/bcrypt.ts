/**
 * bcrypt as `$2b$12$`, 22 characters of salt and 31 of checksum. It uses at most 72 bytes of a password: for a longer one, the first
 * 72 bytes match, until the login upgrades the hash (passlib's semantics, passwords.md).
 */

import { timingSafeEqual } from 'node:crypto'
import { hashSync } from '@node-rs/bcrypt'
import { cap, floor } from '../policy.ts'
import type { Scheme } from '../scheme.ts'

/** The parts of both bcrypt formats: `cost` is log2 of the rounds; the salt has 22, the checksum 31 characters of bcrypt's alphabet. */
export interface BcryptHash {
  readonly cost: number
  readonly salt: string
  readonly checksum: string
}

// 128 bits in 22 characters leave 4 zero bits in the last one, 184 bits in 31 leave 2: only these characters can be the last one.
/** A canonical salt, as the source of a regular expression. */
export const saltPattern = '[./A-Za-z0-9]{21}[.Oeu]'
/** A canonical checksum, as the source of a regular expression. */
export const checksumPattern = '[./A-Za-z0-9]{30}[.CGKOSWaeimquy26]'

// $2x$ is from a faulty crypt_blowfish, and $2$ is older than the standard: both are rejected, although the library accepts $2x$.
// $2a$, $2b$ and PHP's $2y$ are the same algorithm.
const pattern = new RegExp(`^\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$(${saltPattern})(${checksumPattern})$`)

const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const standardAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export const bcrypt: Scheme = {
  name: 'bcrypt',
  format: '$2b$COST$ and 53 characters (also $2a$ and $2y$, never $2x$ or $2$)',
  recognises: (hash) => /^\$2[abxy]?\$/.test(hash),
  parse: (hash) => {
    const [, cost, salt, checksum] = pattern.exec(hash) ?? []
    if (!cost || !salt || !checksum) return undefined
    const parsed = { cost: Number(cost), salt, checksum }
    return {
      scheme: 'bcrypt',
      ...judgeBcryptCost(parsed.cost),
      verify: (password) => verifyBcrypt(parsed, password),
    }
  },
}

/** Compares log2 of the rounds with the policy. */
export function judgeBcryptCost(cost: number): { isBelowFloor: boolean; exceedsCap: boolean } {
  return { isBelowFloor: cost < floor.bcryptCost, exceedsCap: cost > cap.bcryptCost }
}

/** Whether the first 72 bytes of `input` give the checksum. Constant-time comparison. */
export function verifyBcrypt(hash: BcryptHash, input: string): boolean {
  // bcrypt repeats its key with NUL as separator, so 'a' and 'a\0a' would be the same key. passlib rejects NUL too.
  if (input.includes('\0')) return false
  const computed = hashSync(input, hash.cost, decodeSalt(hash.salt))
  return timingSafeEqual(Buffer.from(computed.slice(-hash.checksum.length)), Buffer.from(hash.checksum))
}

/** The 16 bytes of a salt, from base64 with bcrypt's own alphabet. */
function decodeSalt(salt: string): Buffer {
  const standard = [...salt].map((character) => standardAlphabet[bcryptAlphabet.indexOf(character)]).join('')
  return Buffer.from(standard, 'base64')
}
