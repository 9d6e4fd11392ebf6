/** better-auth's scrypt, `salt:checksum` in hexadecimal, without its costs: N 2^14, block size 16, parallelism 1. */

import { blankEnd, type Scheme } from '../scheme.ts'
import { describeScrypt } from './scrypt.ts'

const pattern = /^([0-9a-f]{32}):([0-9a-f]{128})$/

export const betterAuth: Scheme = {
  name: 'better-auth',
  form: 'salt:checksum, 32 and 128 hexadecimal characters',
  writers: 'better-auth',
  recognises: (hash) => pattern.test(hash),
  parse: (hash) => {
    const [, salt, checksum] = pattern.exec(hash) ?? []
    if (!salt || !checksum) return undefined
    // The salt is hashed as text.
    const bytes = { salt: Buffer.from(salt), checksum: Buffer.from(checksum, 'hex') }
    return describeScrypt({ logN: 14, blockSize: 16, parallelism: 1, ...bytes }, blankEnd(hash, checksum.length, '0'))
  },
}
