/** md5-crypt, `$1$`, and Apache's `$apr1$` (Poul-Henning Kamp, FreeBSD): 1000 rounds of MD5, so it is always weak. */

import { hash as digestOf } from 'node:crypto'
import { cap } from '../policy.ts'
import { blankEnd, fastCost, type Scheme } from '../scheme.ts'
import { encodeCrypt64, permute } from './crypt64.ts'

const rounds = 1000
const order = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11]

export const md5Crypt: Scheme = scheme('md5-crypt', '$1$', 'old Linux, FreeBSD, passlib')
export const apr1Crypt: Scheme = scheme('apr1-crypt', '$apr1$', 'Apache (htpasswd)')

function scheme(name: string, prefix: '$1$' | '$apr1$', writers: string): Scheme {
  return {
    name,
    form: `${prefix}salt$checksum`,
    writers,
    recognises: (hash) => hash.startsWith(prefix),
    parse: (hash) => {
      const rest = hash.startsWith(prefix) ? hash.slice(prefix.length) : ''
      const [, salt, checksum] = /^([!-#%-~]{0,8})\$([./0-9A-Za-z]{21}[./01])$/.exec(rest) ?? []
      if (salt === undefined || !checksum) return undefined
      return {
        ...fastCost,
        checksum: Buffer.from(checksum),
        digest: (password) => run(Buffer.from(prefix), Buffer.from(password), Buffer.from(salt)),
        blank: blankEnd(hash, checksum.length, '.'),
      }
    },
  }
}

function run(magic: Buffer, password: Buffer, salt: Buffer): Buffer | undefined {
  // A text of C ends at NUL.
  if (password.length > cap.digestPasswordBytes || password.includes(0)) return undefined
  const digest = (...parts: readonly Uint8Array[]) => digestOf('md5', Buffer.concat(parts), 'buffer')

  const inner = digest(password, salt, password)
  const bits = [...password.length.toString(2)].reverse()
  const ofBits =
    password.length === 0 ? [] : bits.map((bit) => (bit === '1' ? Buffer.alloc(1) : password.subarray(0, 1)))
  let value = digest(password, magic, salt, Buffer.alloc(password.length, inner), ...ofBits)

  const nothing = Buffer.alloc(0)
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1
    value = digest(
      isOdd ? password : value,
      round % 3 === 0 ? nothing : salt,
      round % 7 === 0 ? nothing : password,
      isOdd ? value : password,
    )
  }
  return Buffer.from(encodeCrypt64(permute(value, order)))
}
