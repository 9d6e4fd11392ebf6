/** ASP.NET Identity: PBKDF2 in base64 of one binary value, whose first byte is the version: 0 (v2) or 1 (v3, of ASP.NET Core). */

import type { ParsedHash, Scheme } from '../scheme.ts'
import { decodePaddedBase64 } from './base64.ts'
import { describePbkdf2, type Pbkdf2Digest } from './pbkdf2.ts'

const v2 = { digest: 'sha1', rounds: 1000, saltBytes: 16, keyBytes: 32 } as const

export const aspnetIdentityV2: Scheme = {
  name: 'aspnet-identity-v2',
  form: '68 characters of base64 that begin with A: 0x00, 16 bytes of salt, 32 of key',
  writers: 'ASP.NET Identity 2 (ASP.NET MVC 5)',
  recognises: (hash) => /^A[A-P][A-Za-z0-9+/]{64}==$/.test(hash),
  parse: (hash) => {
    const value = decodePaddedBase64(hash)
    if (value?.length !== 1 + v2.saltBytes + v2.keyBytes || value[0] !== 0) return undefined
    return describe(value, 1 + v2.saltBytes, v2)
  },
}

/** Of the field `prf`. */
const digests: readonly Pbkdf2Digest[] = ['sha1', 'sha256', 'sha512']
/** The version, and three numbers of 32 bits: the HMAC, the rounds, the length of the salt. */
const headerBytes = 13

export const aspnetIdentityV3: Scheme = {
  name: 'aspnet-identity-v3',
  form: 'base64 that begins with AQAAAA: 0x01, HMAC, rounds, length of the salt, salt and key',
  writers: 'ASP.NET Core Identity, Duende IdentityServer, ABP, OpenIddict',
  recognises: (hash) => hash.startsWith('AQAAAA'),
  parse: (hash) => {
    const value = /^[A-Za-z0-9+/]{60,256}={0,2}$/.test(hash) ? decodePaddedBase64(hash) : undefined
    if (!value || value.length < headerBytes) return undefined
    const digest = digests[value.readUInt32BE(1)]
    const rounds = value.readUInt32BE(5)
    const saltBytes = value.readUInt32BE(9)
    const keyStart = headerBytes + saltBytes
    // As in the original: both have at least 128 bits.
    if (!digest || rounds === 0 || saltBytes < 16 || value.length - keyStart < 16) return undefined
    return describe(value, keyStart, { digest, rounds, saltBytes })
  },
}

function describe(
  value: Buffer,
  keyStart: number,
  { digest, rounds, saltBytes }: { digest: Pbkdf2Digest; rounds: number; saltBytes: number },
): ParsedHash | undefined {
  const blank = Buffer.from(value).fill(0, keyStart).toString('base64')
  const salt = value.subarray(keyStart - saltBytes, keyStart)
  return describePbkdf2({ digest, rounds, salt, checksum: value.subarray(keyStart) }, blank)
}
