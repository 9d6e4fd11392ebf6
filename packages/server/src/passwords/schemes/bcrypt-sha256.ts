/**
 * passlib's bcrypt over a SHA-256 of the password, which has no limit of 72 bytes:
 * `$bcrypt-sha256$v=2,t=2b,r=12$salt$checksum`, and version 1, `$bcrypt-sha256$2a,12$salt$checksum`.
 */

import { createHash, createHmac } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import { checksumPattern, describeBcrypt, saltPattern } from './bcrypt.ts'

// passlib writes the cost without a leading zero.
const cost = '([4-9]|[12][0-9]|3[01])'
const version2 = new RegExp(`^\\$bcrypt-sha256\\$v=2,t=2b,r=${cost}\\$(${saltPattern})\\$(${checksumPattern})$`)
const version1 = new RegExp(`^\\$bcrypt-sha256\\$2[ab],${cost}\\$(${saltPattern})\\$(${checksumPattern})$`)

export const bcryptSha256: Scheme = {
  name: 'bcrypt-sha256',
  form: '$bcrypt-sha256$v=2,t=2b,r=COST$salt$checksum (also version 1, $bcrypt-sha256$2b,COST$salt$checksum)',
  writers: 'passlib',
  recognises: (hash) => hash.startsWith('$bcrypt-sha256$'),
  parse: (hash) => {
    const keyed = version2.exec(hash)
    const [, cost, salt, checksum] = keyed ?? version1.exec(hash) ?? []
    if (!cost || !salt || !checksum) return undefined
    const prepare = keyed ? (password: string) => keyedDigest(salt, password) : plainDigest
    return describeBcrypt({ cost: Number(cost), salt, checksum }, hash, prepare)
  },
}

/** In version 2, the salt is the key of the digest, so that a leaked plain SHA-256 of the password does not help an attacker. */
function keyedDigest(salt: string, password: string): string {
  return createHmac('sha256', salt).update(password, 'utf8').digest('base64')
}

function plainDigest(password: string): string {
  return createHash('sha256').update(password, 'utf8').digest('base64')
}
