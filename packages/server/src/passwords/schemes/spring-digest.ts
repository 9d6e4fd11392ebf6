/** The digests of Spring Security, which it has deprecated: `{MD5}`, `{SHA-1}`, `{SHA-256}` and `{sha256}`. */

import { createHash, hash as digestOf } from 'node:crypto'
import { blankEnd, fastCost, type Scheme } from '../scheme.ts'

const algorithms: Readonly<Record<string, { readonly algorithm: string; readonly bytes: number }>> = {
  MD5: { algorithm: 'md5', bytes: 16 },
  'SHA-1': { algorithm: 'sha1', bytes: 20 },
  'SHA-256': { algorithm: 'sha256', bytes: 32 },
}

// The salt is in braces, which are part of what is hashed. LDAP's {MD5} has base64, which a digest in hexadecimal never is.
const pattern = /^\{(MD5|SHA-1|SHA-256)\}(\{[!-z|~]{1,1024}\})?([0-9a-f]{32,64})$/

export const springDigest: Scheme = {
  name: 'spring-digest',
  form: '{MD5}{salt}checksum (also {SHA-1} and {SHA-256})',
  writers: 'Spring Security',
  recognises: (hash) => /^\{(SHA-1|SHA-256)\}|^\{MD5\}(\{|[0-9a-f]{32}$)/.test(hash),
  parse: (hash) => {
    const [, name = '', salt = '', checksum] = pattern.exec(hash) ?? []
    const found = algorithms[name]
    if (!found || checksum?.length !== 2 * found.bytes) return undefined
    return {
      ...fastCost,
      checksum: Buffer.from(checksum, 'hex'),
      digest: (password) => createHash(found.algorithm).update(password).update(salt).digest(),
      blank: blankEnd(hash, checksum.length, '0'),
    }
  },
}

const standardRounds = 1024

/** `StandardPasswordEncoder` without a secret: 1024 rounds of SHA-256. */
export const springSha256: Scheme = {
  name: 'spring-sha256',
  form: '{sha256} and 80 hexadecimal characters',
  writers: 'Spring Security',
  recognises: (hash) => hash.startsWith('{sha256}') && !hash.endsWith('='),
  parse: (hash) => {
    const [, saltText, checksumText] = /^\{sha256\}([0-9a-f]{16})([0-9a-f]{64})$/.exec(hash) ?? []
    if (!saltText || !checksumText) return undefined
    const salt = Buffer.from(saltText, 'hex')
    return {
      ...fastCost,
      checksum: Buffer.from(checksumText, 'hex'),
      digest: (password) => {
        let value: Uint8Array = Buffer.concat([salt, Buffer.from(password)])
        for (let round = 0; round < standardRounds; round++) value = digestOf('sha256', value, 'buffer')
        return value
      },
      blank: blankEnd(hash, checksumText.length, '0'),
    }
  },
}
