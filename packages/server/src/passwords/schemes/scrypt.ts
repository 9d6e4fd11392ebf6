/** scrypt (RFC 7914) in passlib's format: `$scrypt$ln=17,r=8,p=1$salt$checksum`, with salt and checksum in unpadded base64. */

import { scryptSync } from 'node:crypto'
import { cap, floor, slow } from '../policy.ts'
import { blankEnd, type ParsedHash, type Scheme } from '../scheme.ts'
import { decodeBase64 } from './base64.ts'

export interface ScryptHash {
  readonly logN: number
  readonly blockSize: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly checksum: Uint8Array
}

// N is 2^1 to 2^31. A salt has at most 1024 bytes; a checksum has 32, of Auth0 also 64.
const pattern =
  /^\$scrypt\$ln=([1-9]|[12][0-9]|3[01]),r=([1-9][0-9]{0,8}),p=([1-9][0-9]{0,8})\$([A-Za-z0-9+/]{0,1366})\$([A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{86})$/

export const scrypt: Scheme = {
  name: 'scrypt',
  form: '$scrypt$ln=LOG2_N,r=BLOCK_SIZE,p=PARALLELISM$salt$checksum',
  writers: 'passlib; here for Auth0, whose exports have the parts apart',
  recognises: (hash) => hash.startsWith('$scrypt$'),
  parse: (hash) => {
    const [, logN, blockSize, parallelism, saltText, checksumText] = pattern.exec(hash) ?? []
    const salt = decodeBase64(saltText ?? '')
    const checksum = decodeBase64(checksumText ?? '')
    if (!logN || !checksumText || !salt || !checksum) return undefined
    const parts = { logN: Number(logN), blockSize: Number(blockSize), parallelism: Number(parallelism), salt, checksum }
    return describeScrypt(parts, blankEnd(hash, checksumText.length, 'A'))
  },
}

/** `undefined` when scrypt does not have such parameters. */
export function describeScrypt(hash: ScryptHash, blank: string): ParsedHash | undefined {
  const { logN, blockSize, parallelism } = hash
  // RFC 7914 §6: N is less than 2^(128 r / 8), r * p less than 2^30.
  if (logN < 1 || logN >= 16 * blockSize || blockSize * parallelism >= 2 ** 30) return undefined
  return {
    isWeak: blocksBytes(hash) < slow.scryptMemoryBytes,
    isBelowFloor: logN < floor.scryptLogN || blockSize < floor.scryptBlockSize,
    exceedsCap:
      blocksBytes(hash) > cap.scryptMemoryBytes ||
      parallelism > cap.scryptParallelism ||
      2 ** logN * blockSize * parallelism > cap.scryptWork,
    checksum: hash.checksum,
    digest: (password) => run(hash, password),
    blank,
  }
}

/** log2 of N, when N is a power of two above 1 in decimal. */
export function logOf(decimalN: string): number | undefined {
  const logN = Math.log2(Number(decimalN))
  return Number.isInteger(logN) && logN >= 1 ? logN : undefined
}

/** RFC 7914 §6: the vector of N blocks of 128 r bytes. */
function blocksBytes(hash: ScryptHash): number {
  return 2 ** hash.logN * 128 * hash.blockSize
}

function run(hash: ScryptHash, password: string): Buffer {
  return scryptSync(password, hash.salt, hash.checksum.length, {
    N: 2 ** hash.logN,
    r: hash.blockSize,
    p: hash.parallelism,
    // OpenSSL also counts p blocks and its working space.
    maxmem: blocksBytes(hash) + 128 * hash.blockSize * (hash.parallelism + 2),
  })
}
