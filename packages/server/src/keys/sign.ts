/** Signs claims as a compact JWS (RFC 7515 §3.1): the only place where signatures are made. */
import { SignJWT } from 'jose'
import type { KeyRing } from './key-ring.ts'

/** `type` is the header's `typ`. */
export function sign(keys: KeyRing, type: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const { algorithm, keyId, key } = keys.signing
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: algorithm, typ: type, ...(keyId !== undefined && { kid: keyId }) })
    .sign(key)
}
