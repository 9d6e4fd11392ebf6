/** PBKDF2 (RFC 8018 §5.2) in passlib's format: `$pbkdf2-sha256$29000$salt$checksum`, with salt and checksum in adapted base64. */

import { pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { cap, floor } from '../policy.ts'
import type { ParsedHash, Scheme, SchemeName } from '../scheme.ts'
import { decodeAdaptedBase64 } from './base64.ts'

/** The HMACs of PBKDF2, and the number of bytes that each returns. */
export const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const

export interface Pbkdf2Hash {
  readonly digest: keyof typeof digestBytes
  readonly rounds: number
  readonly salt: Uint8Array
  readonly checksum: Uint8Array
}

// RFC 8018 and passlib: rounds are 1 to 2^32 - 1, a salt is at most 1024 bytes here.
const pattern = /^\$pbkdf2(?:-sha256|-sha512)?\$([1-9][0-9]{0,9})\$([A-Za-z0-9./]{0,1366})\$([A-Za-z0-9./]{27,86})$/

export const pbkdf2Sha1: Scheme = scheme('pbkdf2-sha1', '$pbkdf2$', 'sha1')
export const pbkdf2Sha256: Scheme = scheme('pbkdf2-sha256', '$pbkdf2-sha256$', 'sha256')
export const pbkdf2Sha512: Scheme = scheme('pbkdf2-sha512', '$pbkdf2-sha512$', 'sha512')

function scheme(name: SchemeName, prefix: string, digest: Pbkdf2Hash['digest']): Scheme {
  return {
    name,
    format: `${prefix}ROUNDS$salt$checksum`,
    recognises: (hash) => hash.startsWith(prefix),
    parse: (hash) => {
      const [, rounds, salt, checksum] = (hash.startsWith(prefix) && pattern.exec(hash)) || []
      if (rounds === undefined || salt === undefined || checksum === undefined) return undefined
      return describePbkdf2(name, digest, rounds, decodeAdaptedBase64(salt), decodeAdaptedBase64(checksum))
    },
  }
}

/** Parses the decoded parts of a hash (rounds in decimal). `undefined` when a part is impossible. */
export function describePbkdf2(
  scheme: SchemeName,
  digest: Pbkdf2Hash['digest'],
  decimalRounds: string,
  salt: Uint8Array | undefined,
  checksum: Uint8Array | undefined,
): ParsedHash | undefined {
  const rounds = Number(decimalRounds)
  if (!salt || checksum?.length !== digestBytes[digest] || rounds > 0xffff_ffff) return undefined
  return {
    scheme,
    isBelowFloor: rounds < floor.pbkdf2Rounds[digest],
    exceedsCap: rounds > cap.pbkdf2Rounds,
    verify: (password) => verify({ digest, rounds, salt, checksum }, password),
  }
}

function verify(hash: Pbkdf2Hash, password: string): boolean {
  const computed = pbkdf2Sync(password, hash.salt, hash.rounds, hash.checksum.length, hash.digest)
  return timingSafeEqual(computed, hash.checksum)
}
