/**
 * bcrypt as `$2b$12$`, 22 characters of salt and 31 of checksum. It uses at most 72 bytes of a password: for a longer one, the first
 * 72 bytes match, until the login upgrades the hash (passlib's semantics, passwords.md).
 */

import { createRequire } from 'node:module'
import { cap, floor } from '../policy.ts'
import { blankEnd, type ParsedHash, type Scheme } from '../scheme.ts'

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

const require = createRequire(import.meta.url)

const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const standardAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export const bcrypt: Scheme = {
  name: 'bcrypt',
  form: '$2b$COST$ and 53 characters (also $2a$ and $2y$, never $2x$ or $2$)',
  writers: 'Rails, Devise without a pepper, Laravel, PHP, Auth0, Okta, Supabase, Parse, passlib, nearly everyone',
  recognises: (hash) => /^\$2[abxy]?\$/.test(hash),
  parse: (hash) => {
    const [, cost, salt, checksum] = pattern.exec(hash) ?? []
    if (!cost || !salt || !checksum) return undefined
    return describeBcrypt({ cost: Number(cost), salt, checksum }, hash, (password) => password)
  },
}

/** `text` is the whole hash, which ends in the checksum. `prepare` is what is done to a password before bcrypt. */
export function describeBcrypt(hash: BcryptHash, text: string, prepare: (password: string) => string): ParsedHash {
  return {
    isWeak: false,
    isBelowFloor: hash.cost < floor.bcryptCost,
    exceedsCap: hash.cost > cap.bcryptCost,
    checksum: Buffer.from(hash.checksum),
    digest: (password) => run(hash, prepare(password)),
    blank: blankEnd(text, hash.checksum.length, '.'),
  }
}

/** The checksum of the first 72 bytes of `input`, in the characters that a hash has. */
function run({ cost, salt, checksum }: BcryptHash, input: string): Buffer | undefined {
  // bcrypt repeats its key with NUL as separator, so 'a' and 'a\0a' would be the same key. passlib rejects NUL too.
  if (input.includes('\0')) return undefined
  // Loaded at the first hash: most deployments have none, and the library takes 2.5 MB.
  const { hashSync }: typeof import('@node-rs/bcrypt') = require('@node-rs/bcrypt')
  return Buffer.from(hashSync(input, cost, decodeSalt(salt)).slice(-checksum.length))
}

/** The 16 bytes of a salt, from base64 with bcrypt's own alphabet. */
function decodeSalt(salt: string): Buffer {
  const standard = [...salt].map((character) => standardAlphabet[bcryptAlphabet.indexOf(character)]).join('')
  return Buffer.from(standard, 'base64')
}
