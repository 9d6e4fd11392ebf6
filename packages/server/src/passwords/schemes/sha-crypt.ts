/** sha-crypt, `$5$` and `$6$` ("Unix crypt using SHA-256 and SHA-512", Ulrich Drepper, version 0.6). Its steps are numbered as there. */

import { hash as digestOf } from 'node:crypto'
import { cap, slow } from '../policy.ts'
import { blankEnd, type Scheme } from '../scheme.ts'
import { encodeCrypt64, permute } from './crypt64.ts'

interface Variant {
  readonly algorithm: 'sha256' | 'sha512'
  readonly prefix: '$5$' | '$6$'
  readonly characters: number
  /** The characters that the last one of a checksum can be: it has 4 or 2 bits. */
  readonly last: string
  /** Step 22: which byte stands where. */
  readonly order: readonly number[]
}

const defaultRounds = 5000

export const sha256Crypt: Scheme = scheme({
  algorithm: 'sha256',
  prefix: '$5$',
  characters: 43,
  last: './0-9A-D',
  order: [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28, 18, 29, 19, 9, 30,
    31,
  ],
})

export const sha512Crypt: Scheme = scheme({
  algorithm: 'sha512',
  prefix: '$6$',
  characters: 86,
  last: './01',
  order: [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8, 50, 51, 30, 9, 10,
    52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58, 37, 38, 17, 59, 60, 39, 18, 19, 61, 40,
    41, 20, 62, 63,
  ],
})

function scheme(variant: Variant): Scheme {
  const { algorithm, prefix, characters, last } = variant
  const pattern = new RegExp(
    `^\\${prefix[0]}${prefix[1]}\\$(?:rounds=([1-9][0-9]{3,8})\\$)?([!-#%-~]{0,16})\\$([./0-9A-Za-z]{${characters - 1}}[${last}])$`,
  )
  return {
    name: `${algorithm}-crypt`,
    form: `${prefix}rounds=ROUNDS$salt$checksum (5000 rounds when none are named)`,
    writers: 'Linux, OpenLDAP, passlib, Dovecot',
    recognises: (hash) => hash.startsWith(prefix),
    parse: (hash) => {
      const [, rounds = String(defaultRounds), salt, checksum] = pattern.exec(hash) ?? []
      if (salt === undefined || !checksum) return undefined
      return {
        isWeak: Number(rounds) < slow.digestRounds,
        // ASVS 11.4.2 does not have it among the approved functions.
        isBelowFloor: true,
        exceedsCap: Number(rounds) > cap.digestRounds,
        checksum: Buffer.from(checksum),
        digest: (password) => run(variant, Buffer.from(password), Buffer.from(salt), Number(rounds)),
        blank: blankEnd(hash, checksum.length, '.'),
      }
    },
  }
}

function run({ algorithm, order }: Variant, password: Buffer, salt: Buffer, rounds: number): Buffer | undefined {
  // A text of C ends at NUL.
  if (password.length > cap.digestPasswordBytes || password.includes(0)) return undefined
  const digest = (...parts: readonly Uint8Array[]) => digestOf(algorithm, Buffer.concat(parts), 'buffer')

  // Steps 1 to 12.
  const inner = digest(password, salt, password)
  const bits = [...password.length.toString(2)].reverse()
  const start = digest(
    password,
    salt,
    stretch(inner, password.length),
    ...bits.map((bit) => (bit === '1' ? inner : password)),
  )
  // Steps 13 to 16, and 17 to 20.
  const passwordBytes = stretch(digest(repeat(password, password.length)), password.length)
  const saltBytes = stretch(digest(repeat(salt, 16 + (start[0] ?? 0))), salt.length)

  // Step 21.
  const nothing = Buffer.alloc(0)
  let value = start
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1
    value = digest(
      isOdd ? passwordBytes : value,
      round % 3 === 0 ? nothing : saltBytes,
      round % 7 === 0 ? nothing : passwordBytes,
      isOdd ? value : passwordBytes,
    )
  }
  return Buffer.from(encodeCrypt64(permute(value, order)))
}

/** The bytes repeated, and cut at a length. */
function stretch(bytes: Uint8Array, length: number): Buffer {
  return Buffer.alloc(length, bytes)
}

function repeat(bytes: Uint8Array, times: number): Buffer {
  return Buffer.alloc(bytes.length * times, bytes)
}
