/** The one place where a signature is verified (RFC 7515 §5.2). */
import { algorithms } from '../keys/algorithms.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import { TokenRejected } from '../rejection.ts'
import { decodeBase64Url } from './base64url.ts'

const encoder = new TextEncoder()

/** Rejects when the token, which `splitToken` has found to be one, was not signed with that key and that key's own algorithm. */
export async function requireSignature(token: string, { algorithm, key }: VerificationKey): Promise<void> {
  // RFC 8725 §3.1: the algorithm is the key's; what the header says has no part in it.
  const { name = '', hash = '', saltLength = 0 } = algorithms.get(algorithm) ?? {}
  const end = token.lastIndexOf('.')
  const signature = decodeBase64Url(token.slice(end + 1)) ?? new Uint8Array()
  // RFC 7515 §5.2: over the ASCII text of the first two parts, as received.
  const input = encoder.encode(token.slice(0, end))
  try {
    if (await crypto.subtle.verify({ name, hash, saltLength }, key, signature, input)) return
  } catch (cause) {
    throw new TokenRejected('verification_failed', { cause })
  }
  throw new TokenRejected('signature_mismatch')
}
