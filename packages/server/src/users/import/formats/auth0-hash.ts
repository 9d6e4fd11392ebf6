/** The password hash of Auth0's `custom_password_hash`, as one text. */

import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import { saltedDigestOf, scryptHashOf } from '../../../passwords/from-parts.ts'
import { textOf } from '../record-members.ts'
import { asNumber, asText } from '../values.ts'

export type HashText =
  | { readonly value: string | undefined; readonly problem?: never }
  | { readonly value?: never; readonly problem: string }

/** `bcrypt` is what Auth0 itself writes. */
export function auth0Hash(bcrypt: string | undefined, custom: JsonObject): HashText {
  const { algorithm, hash } = custom
  if (algorithm === undefined || !isJsonObject(hash)) return { value: bcrypt }
  const value = textOf(hash['value'])
  switch (algorithm) {
    case 'argon2':
    case 'bcrypt':
    case 'ldap':
    // A PHC string, `$pbkdf2-sha256$i=100000,l=64$salt$key`.
    case 'pbkdf2':
      return { value }
    case 'scrypt':
      return scryptHash(custom, hash)
    default: {
      const digest = digests.find((name) => name === algorithm)
      if (digest) return digestHash(digest, custom, hash)
      return { problem: `has the algorithm ${asText(algorithm)} in custom_password_hash, which is not supported` }
    }
  }
}

const digests = ['md5', 'sha1', 'sha256', 'sha512'] as const

const unreadable = { problem: 'has a custom_password_hash that cannot be read' }

function scryptHash({ salt, cost, blockSize, parallelization }: JsonObject, hash: JsonObject): HashText {
  const [saltBytes, checksum] = [bytesOf(salt), bytesOf(hash)]
  if (!saltBytes || !checksum) return unreadable
  const costs = {
    n: asNumber(cost ?? 16_384),
    blockSize: asNumber(blockSize ?? 8),
    parallelism: asNumber(parallelization ?? 1),
  }
  return { value: scryptHashOf({ ...costs, salt: saltBytes, checksum }) }
}

function digestHash(algorithm: (typeof digests)[number], { salt }: JsonObject, hash: JsonObject): HashText {
  const checksum = bytesOf(hash)
  if (!checksum) return unreadable
  if (salt === undefined) return { value: checksum.toString('hex') }
  const saltBytes = bytesOf(salt)
  if (!saltBytes || !isJsonObject(salt)) return unreadable
  const position = salt['position'] === 'suffix' ? 'suffix' : 'prefix'
  return { value: saltedDigestOf({ algorithm, position, salt: saltBytes, checksum }) }
}

function bytesOf(part: unknown): Buffer | undefined {
  if (!isJsonObject(part)) return undefined
  const { value, encoding = 'utf8' } = part
  if (typeof value !== 'string') return undefined
  return encoding === 'hex' || encoding === 'base64' || encoding === 'utf8' ? Buffer.from(value, encoding) : undefined
}
