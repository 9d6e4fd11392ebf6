/** Makes password hashes, and tells whether a stored one should be replaced. */

import { normalise } from './normalise.ts'
import type { ParsedHash } from './scheme.ts'
import { hashArgon2id } from './schemes/argon2.ts'

/** Returns an argon2id hash of the password's normal form. Synchronous and slow: only for worker threads. */
export function hashPassword(password: string): string {
  return hashArgon2id(normalise(password))
}

/** Whether a hash that has just matched should be replaced: its scheme is not the default, or its cost is too low today. */
export function needsRehash(hash: Pick<ParsedHash, 'isBelowFloor'> & { readonly scheme: string }): boolean {
  return hash.scheme !== 'argon2id' || hash.isBelowFloor
}
