/** scrypt (RFC 7914) in passlib's format: `$scrypt$ln=17,r=8,p=1$salt$checksum`, with salt and checksum in unpadded base64. */

import { scryptSync, timingSafeEqual } from 'node:crypto'
import { cap, floor } from '../policy.ts'
import type { Scheme } from '../scheme.ts'
import { decodeBase64 } from './base64.ts'

interface ScryptHash {
  readonly logN: number
  readonly blockSize: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly checksum: Uint8Array
}

// N is 2^1 to 2^31. A salt has at most 1024 bytes, a checksum always 32.
const pattern =
  /^\$scrypt\$ln=([1-9]|[12][0-9]|3[01]),r=([1-9][0-9]{0,8}),p=([1-9][0-9]{0,8})\$([A-Za-z0-9+/]{0,1366})\$([A-Za-z0-9+/]{43})$/

export const scrypt: Scheme = {
  name: 'scrypt',
  format: '$scrypt$ln=LOG2_N,r=BLOCK_SIZE,p=PARALLELISM$salt$checksum',
  recognises: (hash) => hash.startsWith('$scrypt$'),
  parse: (hash) => {
    const [, logN, blockSize, parallelism, saltText, checksumText] = pattern.exec(hash) ?? []
    const salt = decodeBase64(saltText ?? '')
    const checksum = decodeBase64(checksumText ?? '')
    if (!logN || !salt || !checksum) return undefined
    const parsed = {
      logN: Number(logN),
      blockSize: Number(blockSize),
      parallelism: Number(parallelism),
      salt,
      checksum,
    }
    // RFC 7914 §6: N is less than 2^(128 r / 8), r * p less than 2^30.
    if (parsed.logN >= 16 * parsed.blockSize || parsed.blockSize * parsed.parallelism >= 2 ** 30) return undefined
    return {
      scheme: 'scrypt',
      isBelowFloor: parsed.logN < floor.scryptLogN || parsed.blockSize < floor.scryptBlockSize,
      exceedsCap:
        blocksBytes(parsed) > cap.scryptMemoryBytes ||
        parsed.parallelism > cap.scryptParallelism ||
        2 ** parsed.logN * parsed.blockSize * parsed.parallelism > cap.scryptWork,
      verify: (password) => verify(parsed, password),
    }
  },
}

/** RFC 7914 §6: the vector of N blocks of 128 r bytes. */
function blocksBytes(hash: ScryptHash): number {
  return 2 ** hash.logN * 128 * hash.blockSize
}

function verify(hash: ScryptHash, password: string): boolean {
  const computed = scryptSync(password, hash.salt, hash.checksum.length, {
    N: 2 ** hash.logN,
    r: hash.blockSize,
    p: hash.parallelism,
    // OpenSSL also counts p blocks and its working space.
    maxmem: blocksBytes(hash) + 128 * hash.blockSize * (hash.parallelism + 2),
  })
  return timingSafeEqual(computed, hash.checksum)
}
