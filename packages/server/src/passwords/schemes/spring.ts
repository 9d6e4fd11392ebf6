/** The formats of Spring Security's `DelegatingPasswordEncoder`: an id in braces says how the rest is read. */

import { blankEnd, type Scheme } from '../scheme.ts'
import { argon2d, argon2i, argon2id } from './argon2.ts'
import { decodePaddedBase64 } from './base64.ts'
import { bcrypt } from './bcrypt.ts'
import { describePbkdf2 } from './pbkdf2.ts'
import { prefixed } from './prefixed.ts'
import { describeScrypt } from './scrypt.ts'

const writers = 'Spring Security'

export const springBcrypt: Scheme = prefixed({
  name: 'spring-bcrypt',
  form: '{bcrypt}$2a$COST$ and 53 characters',
  writers,
  prefix: /^\{bcrypt\}/,
  schemes: [bcrypt],
})

export const springArgon2: Scheme = prefixed({
  name: 'spring-argon2',
  form: '{argon2@SpringSecurity_v5_8}$argon2id$v=19$m=KIB,t=PASSES,p=LANES$salt$tag (also {argon2})',
  writers,
  prefix: /^\{argon2(@SpringSecurity_v5_8)?\}/,
  schemes: [argon2id, argon2i, argon2d],
})

/** What the ids mean: the rounds stand only in Spring's source. */
const pbkdf2Versions = {
  '{pbkdf2}': { digest: 'sha1', rounds: 185_000, saltBytes: 8 },
  '{pbkdf2@SpringSecurity_v5_8}': { digest: 'sha256', rounds: 310_000, saltBytes: 16 },
} as const

const keyBytes = 32

export const springPbkdf2: Scheme = {
  name: 'spring-pbkdf2',
  form: '{pbkdf2@SpringSecurity_v5_8} and 96 hexadecimal characters (also {pbkdf2} and 80)',
  writers,
  recognises: (hash) => /^\{pbkdf2(@SpringSecurity_v5_8)?\}/.test(hash),
  parse: (hash) => {
    for (const [id, { digest, rounds, saltBytes }] of Object.entries(pbkdf2Versions)) {
      if (!hash.startsWith(id)) continue
      const text = hash.slice(id.length)
      if (!/^[0-9a-f]+$/.test(text) || text.length !== 2 * (saltBytes + keyBytes)) return undefined
      const bytes = Buffer.from(text, 'hex')
      const parts = { digest, rounds, salt: bytes.subarray(0, saltBytes), checksum: bytes.subarray(saltBytes) }
      return describePbkdf2(parts, blankEnd(hash, 2 * keyBytes, '0'))
    }
    return undefined
  },
}

const scryptPattern =
  /^\{scrypt(?:@SpringSecurity_v5_8)?\}\$([1-9a-f][0-9a-f]{4,7})\$([A-Za-z0-9+/]{1,1366}={0,2})\$([A-Za-z0-9+/]{43}=)$/

export const springScrypt: Scheme = {
  name: 'spring-scrypt',
  form: '{scrypt@SpringSecurity_v5_8}$COSTS$salt$checksum (also {scrypt})',
  writers,
  recognises: (hash) => /^\{scrypt(@SpringSecurity_v5_8)?\}/.test(hash),
  parse: (hash) => {
    const [, costs = '', saltText, checksumText] = scryptPattern.exec(hash) ?? []
    const salt = decodePaddedBase64(saltText ?? '')
    const checksum = decodePaddedBase64(checksumText ?? '')
    if (!saltText || !checksumText || !salt || !checksum) return undefined
    // log2 of N, the block size and the parallelism, the last two in one byte each.
    const number = Number.parseInt(costs, 16)
    const parts = { logN: number >>> 16, blockSize: (number >>> 8) & 0xff, parallelism: number & 0xff }
    if (parts.blockSize === 0 || parts.parallelism === 0) return undefined
    return describeScrypt({ ...parts, salt, checksum }, `${blankEnd(hash.slice(0, -1), 43, 'A')}=`)
  },
}
