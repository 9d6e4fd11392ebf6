/** The rules for passwords (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 §6.2): about their length, not about their composition. */

/** In code points. */
const minimumLength = 8
/** In code points, so at most 4096 bytes of UTF-8. ASVS 6.2.9: at least 64 must be allowed. */
const maximumLength = 1024

/** Why a user cannot have a new password, as what follows `password` in a sentence; `undefined` when the user can. */
export function passwordProblem(password: string): string | undefined {
  if (isTooLong(password)) return `must have at most ${maximumLength} characters`
  if ([...password].length < minimumLength) return `must have at least ${minimumLength} characters`
  if (!password.isWellFormed()) return 'must be valid Unicode text'
  if (password.includes('\0')) return 'must not contain the null character'
  return undefined
}

/** Whether a password is longer than allowed. The response to a login is then `invalid_request`, and nothing is hashed. */
export function isTooLong(password: string): boolean {
  // A code point has one or two UTF-16 units, so code points are counted only between the two bounds.
  if (password.length <= maximumLength) return false
  return password.length > 2 * maximumLength || [...password].length > maximumLength
}

/**
 * Whether a password can belong to an account. Empty passwords and those with NUL never do, and different lone surrogates would become
 * the same UTF-8.
 */
export function canBelongToAnAccount(password: string): boolean {
  return password !== '' && !isTooLong(password) && password.isWellFormed() && !password.includes('\0')
}
