/**
 * A hash of another format inside of argon2id: `$wrapped$argon2id$v=19$m=19456,t=2,p=1$salt$tag$` and the hash with a checksum of zeros.
 * The tag is of what the other format makes of the password, in base64. Its own checksum is not stored: see docs/decisions/0070.
 */

import type { ParsedHash, Scheme } from '../scheme.ts'
import { argon2id, hashArgon2id } from './argon2.ts'

const pattern = /^\$wrapped(\$argon2id\$[^$]+\$[^$]+\$[^$]+\$[^$]+)\$(.+)$/

/** The scheme of wrapped hashes of `schemes`. */
export function wrappedOf(schemes: readonly Scheme[]): Scheme {
  return {
    name: 'wrapped',
    form: '$wrapped$argon2id$v=19$m=KIB,t=PASSES,p=LANES$salt$tag$ and a hash with a checksum of zeros',
    writers: 'this server, when it imports a weak hash',
    recognises: (hash) => hash.startsWith('$wrapped$'),
    parse: (hash) => {
      const [, outerText = '', innerText = ''] = pattern.exec(hash) ?? []
      const outer = argon2id.parse(outerText)
      const inner = schemes.find((scheme) => scheme.recognises(innerText))?.parse(innerText)
      // A checksum beside the tag would be the fast hash that the wrapping removes.
      if (!outer || !inner || inner.blank !== innerText) return undefined
      return {
        isWeak: outer.isWeak,
        isBelowFloor: outer.isBelowFloor,
        exceedsCap: outer.exceedsCap || inner.exceedsCap,
        checksum: outer.checksum,
        digest: (password) => {
          const digest = inner.digest(password)
          // A password that cannot have such a hash takes the time of argon2id too.
          const tag = outer.digest(textOf(digest ?? inner.checksum))
          return digest && tag
        },
        blank: `$wrapped${outer.blank}$${inner.blank}`,
      }
    },
  }
}

/** The hash in its wrapped form, with a new salt. Synchronous and slow: only for worker threads. */
export function wrap(hash: ParsedHash): string {
  return `$wrapped${hashArgon2id(textOf(hash.checksum))}$${hash.blank}`
}

function textOf(checksum: Uint8Array): string {
  return Buffer.from(checksum).toString('base64')
}
