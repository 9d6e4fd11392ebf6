/** The password hash of Auth0's `custom_password_hash`, as one text. */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import { textOf } from '../record-members.ts'

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
    default:
      return { problem: `has the algorithm ${String(algorithm)} in custom_password_hash, which is not supported` }
  }
}

function scryptHash({ salt, cost, blockSize, parallelization }: JsonObject, hash: JsonObject): HashText {
  const saltBytes = isJsonObject(salt) ? bytesOf(salt) : undefined
  const key = bytesOf(hash)
  const logN = Math.log2(Number(cost ?? 16_384))
  if (!saltBytes || !key || !Number.isInteger(logN)) return { problem: 'has a scrypt hash that cannot be read' }
  const parameters = `ln=${logN},r=${Number(blockSize ?? 8)},p=${Number(parallelization ?? 1)}`
  return { value: `$scrypt$${parameters}$${unpadded(saltBytes)}$${unpadded(key)}` }
}

function bytesOf({ value, encoding = 'utf8' }: JsonObject): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  return encoding === 'hex' || encoding === 'base64' || encoding === 'utf8' ? Buffer.from(value, encoding) : undefined
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
