/** The one place where a signature is verified (RFC 7515 §5.2). */
import { compactVerify, errors } from 'jose'
import type { VerificationKey } from '../keys/verification-key.ts'
import { TokenRejected } from '../rejection.ts'

/** Rejects when the token was not signed with that key and that key's own algorithm. */
export async function requireSignature(token: string, key: VerificationKey): Promise<void> {
  try {
    // RFC 8725 §3.1: the algorithm is the key's; what the header says has no part in it.
    await compactVerify(token, key.key, { algorithms: [key.algorithm] })
  } catch (cause) {
    const isMismatch = cause instanceof errors.JWSSignatureVerificationFailed
    throw new TokenRejected(isMismatch ? 'signature_mismatch' : 'verification_failed', { cause })
  }
}
