/** The tutorial's `verify_password`, for worker threads: it returns for every stored value, after the time of a real check. */
import { needsRehash } from './hash.ts'
import { inspectHash } from './import-check.ts'
import { canBelongToAnAccount } from './login-rules.ts'
import { candidates } from './normalise.ts'
import { matches } from './scheme.ts'
import { runDummy } from './schemes/argon2.ts'

/** The result of a password check. */
export interface Verification {
  readonly isMatch: boolean
  /** After a match: the stored hash should be replaced by a new one. */
  readonly needsRehash: boolean
  /** Why there was no hash to check: none is stored or there is no such user, or the hash is malformed or too expensive. */
  readonly problem?: 'malformed_hash' | 'unusable_hash'
}

/**
 * Compares the password with the stored hash: `null` for an unknown user, or for a user without a password. Synchronous: it blocks its
 * thread for one or two hashes, as many for an unknown user as for a wrong password. Never throws.
 */
export function verifyPassword(hash: string | null, password: string): Verification {
  // A directory can have weak hashes, which are not ours to wrap.
  const stored = inspectHash(hash, { allowWeakHashes: true })
  // A password that no account can have is not checked. It takes the time of one dummy, for every user.
  const isPlausible = canBelongToAnAccount(password)
  const passwords = isPlausible ? candidates(password) : ['']

  if (stored.status === 'usable' && isPlausible) {
    const matched = passwords.find((candidate) => {
      // ASVS 6.3.8: a hash of low cost alone may take less time than an unknown user does.
      if (stored.isBelowFloor) runDummy(candidate)
      return matches(stored, candidate)
    })
    // A hash of another spelling than the normal form does not match that password from another keyboard.
    const isOfNormalForm = matched === passwords.at(-1)
    return {
      isMatch: matched !== undefined,
      needsRehash: matched !== undefined && (!isOfNormalForm || needsRehash(stored)),
    }
  }
  // ASVS 6.3.8: the time must not show whether the user exists.
  for (const candidate of passwords) runDummy(candidate)
  const failure = { isMatch: false, needsRehash: false }
  switch (stored.status) {
    case 'usable':
      return failure
    case 'unusable':
      return { ...failure, problem: 'unusable_hash' }
    case 'rejected':
      return { ...failure, problem: 'malformed_hash' }
  }
}
