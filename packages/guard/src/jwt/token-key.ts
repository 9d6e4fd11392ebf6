/** Chooses the key that a token is checked with (RFC 8725 §3.1): its header names one, and confirms that key's algorithm. */

import { describeValue } from '../describe.ts'
import { type FitKey, findKey } from '../keys/verification-key.ts'
import { mismatch, TokenRejection } from '../token-rejection.ts'
import type { TokenHeader } from './header.ts'

/** The key that the header names, or the only one there is when it names none. */
export function requireKey(keys: readonly FitKey[], header: TokenHeader): FitKey {
  const key = findKey(keys, header.keyId)
  if (key === undefined) throw new TokenRejection('key_unknown', { received: describeValue(header.keyId) })
  return key
}

/** Refuses a header that names another algorithm than the key's. */
export function requireAlgorithm(key: FitKey, header: TokenHeader): void {
  // RFC 8725 §3.1: the header may only confirm the key's algorithm. "none" is no key's.
  if (header.algorithm !== key.algorithm) throw mismatch('algorithm_mismatch', key.algorithm, header.algorithm)
}
