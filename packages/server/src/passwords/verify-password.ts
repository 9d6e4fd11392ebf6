/** The tutorial's `verify_password`, as a worker thread runs it: whatever is stored, it answers and takes its time. */

import { verifyDummy } from './argon2.ts'
import { needsRehash } from './hash.ts'
import { inspectHash } from './import-check.ts'
import { candidates } from './normalise.ts'
import { canBelongToAnAccount } from './rules.ts'

/** The outcome of checking a password. */
export interface Verification {
  readonly isMatch: boolean
  /** After a match: the stored hash should be replaced by a new one of the same password. */
  readonly needsRehash: boolean
  /** There was no hash to check: none is stored on purpose (or there is no such user), or it is malformed or too costly. */
  readonly problem?: 'malformed_hash' | 'unusable_hash'
}

/**
 * Takes the stored hash (`null` for an unknown user or one without a password) and the password that was entered.
 * Synchronous: it blocks its thread for one or two hash runs, as many for an unknown user as for a wrong password.
 * Never throws.
 */
export function verifyPassword(hash: string | null, password: string): Verification {
  const stored = inspectHash(hash)
  // What no account can have is not tried: its cost is that of one dummy, the same for every user.
  const isPlausible = canBelongToAnAccount(password)
  const passwords = isPlausible ? candidates(password) : ['']

  if (stored.status === 'usable' && isPlausible) {
    const isMatch = passwords.some((candidate) => stored.verify(candidate))
    return { isMatch, needsRehash: isMatch && needsRehash(stored) }
  }
  // ASVS 6.3.8: time must not tell whether the user exists.
  for (const candidate of passwords) verifyDummy(candidate)
  const failure = { isMatch: false, needsRehash: false }
  switch (stored.status) {
    case 'usable':
      return failure
    case 'unusable':
      return { ...failure, problem: 'unusable_hash' }
    case 'refused':
      return { ...failure, problem: 'malformed_hash' }
  }
}
