/** PBKDF2 (RFC 8018 §5.2) in passlib's format: `$pbkdf2-sha256$29000$salt$checksum`, with salt and checksum in adapted base64. */

import { pbkdf2Sync } from 'node:crypto'
import { cap, floor, slow } from '../policy.ts'
import { blankEnd, type ParsedHash, type Scheme } from '../scheme.ts'
import { decodeAdaptedBase64 } from './base64.ts'

/** The HMACs of PBKDF2, and the number of bytes that each returns. */
export const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const

export type Pbkdf2Digest = keyof typeof digestBytes

export interface Pbkdf2Hash {
  readonly digest: Pbkdf2Digest
  readonly rounds: number
  readonly salt: Uint8Array
  readonly checksum: Uint8Array
}

// RFC 8018 and passlib: rounds are 1 to 2^32 - 1, a salt is at most 1024 bytes here.
const pattern = /^\$pbkdf2(?:-sha256|-sha512)?\$([1-9][0-9]{0,9})\$([A-Za-z0-9./]{0,1366})\$([A-Za-z0-9./]{27,86})$/

export const pbkdf2Sha1: Scheme = scheme('pbkdf2-sha1', '$pbkdf2$', 'sha1')
export const pbkdf2Sha256: Scheme = scheme('pbkdf2-sha256', '$pbkdf2-sha256$', 'sha256')
export const pbkdf2Sha512: Scheme = scheme('pbkdf2-sha512', '$pbkdf2-sha512$', 'sha512')

function scheme(name: string, prefix: string, digest: Pbkdf2Digest): Scheme {
  return {
    name,
    form: `${prefix}ROUNDS$salt$checksum`,
    writers: 'passlib',
    // With names before the numbers it is the format of pbkdf2-phc.ts.
    recognises: (hash) => hash.startsWith(prefix) && !hash.startsWith('i=', prefix.length),
    parse: (hash) => {
      const [, rounds, saltText, checksumText] = (hash.startsWith(prefix) && pattern.exec(hash)) || []
      const salt = decodeAdaptedBase64(saltText ?? '')
      const checksum = decodeAdaptedBase64(checksumText ?? '')
      if (!rounds || !checksumText || !salt || checksum?.length !== digestBytes[digest]) return undefined
      const parts = { digest, rounds: Number(rounds), salt, checksum }
      return describePbkdf2(parts, blankEnd(hash, checksumText.length, 'A'))
    },
  }
}

/** `undefined` when there are more rounds than PBKDF2 has. */
export function describePbkdf2(hash: Pbkdf2Hash, blank: string): ParsedHash | undefined {
  const { digest, rounds, salt, checksum } = hash
  if (rounds > 0xffff_ffff) return undefined
  const blocks = Math.ceil(checksum.length / digestBytes[digest])
  return {
    isWeak: rounds < slow.pbkdf2Rounds,
    isBelowFloor: rounds < floor.pbkdf2Rounds[digest],
    // RFC 8018 §5.2: each block of a longer key takes all rounds.
    exceedsCap: rounds * blocks > cap.pbkdf2Rounds,
    checksum,
    digest: (password) => pbkdf2Sync(password, salt, rounds, checksum.length, digest),
    blank,
  }
}
