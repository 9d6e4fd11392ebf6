/** The one place where a signature is verified (RFC 7515 §5.2). */
import type { FitKey } from '../keys/verification-key.ts'
import { TokenRejection } from '../token-rejection.ts'
import type { TokenParts } from './jwt.ts'

const encoder = new TextEncoder()

/**
 * Rejects a token that is not signed with that key and that key's algorithm.
 *
 * @param expected what the rejection says instead
 */
export async function requireSignature(token: TokenParts, { facts, key }: FitKey, expected?: string): Promise<void> {
  // RFC 7515 §5.2: over the ASCII text of the first two parts, as received.
  const input = encoder.encode(`${token.header}.${token.payload}`)
  try {
    // RFC 8725 §3.1: the algorithm is the key's, never the header's.
    if (await crypto.subtle.verify(facts, key, token.signature, input)) return
  } catch (cause) {
    throw new TokenRejection('verification_failed', { cause })
  }
  throw new TokenRejection('signature_mismatch', expected === undefined ? {} : { expected })
}
