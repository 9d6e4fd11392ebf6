/** One digest: in hexadecimal without a salt, and with a salt on either side, in a text form of our own. */

import { createHash } from 'node:crypto'
import { blankEnd, fastCost, type Scheme } from '../scheme.ts'
import { decodeBase64 } from './base64.ts'

export const hexDigests: readonly Scheme[] = [
  hexDigest('md5', 32),
  hexDigest('sha1', 40),
  hexDigest('sha256', 64),
  hexDigest('sha512', 128),
]

function hexDigest(algorithm: string, characters: number): Scheme {
  const pattern = new RegExp(`^[0-9a-f]{${characters}}$`)
  return {
    name: `hex-${algorithm}`,
    form: `${characters} hexadecimal characters`,
    writers: 'applications without a library for passwords',
    recognises: (hash) => pattern.test(hash),
    parse: (hash) =>
      pattern.test(hash)
        ? {
            ...fastCost,
            checksum: Buffer.from(hash, 'hex'),
            digest: (password) => createHash(algorithm).update(password).digest(),
            blank: blankEnd(hash, characters, '0'),
          }
        : undefined,
  }
}

const digestBytes: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64 }
const saltedPattern =
  /^\$digest\$(md5|sha1|sha256|sha512),(prefix|suffix)\$([A-Za-z0-9+/]{1,1366})\$([A-Za-z0-9+/]{22,86})$/

export const saltedDigest: Scheme = {
  name: 'salted-digest',
  form: '$digest$sha256,prefix$salt$checksum (also md5, sha1 and sha512; or suffix), in unpadded base64',
  writers: 'here for Okta and Auth0, whose exports have the parts apart',
  recognises: (hash) => hash.startsWith('$digest$'),
  parse: (hash) => {
    const [, algorithm = '', position, saltText, checksumText] = saltedPattern.exec(hash) ?? []
    const salt = decodeBase64(saltText ?? '')
    const checksum = decodeBase64(checksumText ?? '')
    if (!checksumText || !salt || !checksum || checksum.length !== digestBytes[algorithm]) return undefined
    return {
      ...fastCost,
      checksum,
      digest: (password) => {
        const parts = position === 'prefix' ? [salt, password] : [password, salt]
        return parts.reduce((hasher, part) => hasher.update(part), createHash(algorithm)).digest()
      },
      blank: blankEnd(hash, checksumText.length, 'A'),
    }
  },
}
