/** Making a password hash, and whether a stored one should be made anew. */

import { hashArgon2id } from './argon2.ts'
import { normalise } from './normalise.ts'
import type { ParsedHash } from './scheme.ts'

/** Takes a password and returns an argon2id hash of its normal form. Synchronous and slow: only for worker threads. */
export function hashPassword(password: string): string {
  return hashArgon2id(normalise(password))
}

/** Whether a hash that has just matched should be replaced: it is not of the default scheme, or too cheap by now. */
export function needsRehash(hash: Pick<ParsedHash, 'scheme' | 'isBelowFloor'>): boolean {
  return hash.scheme !== 'argon2id' || hash.isBelowFloor
}
