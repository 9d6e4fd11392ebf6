/** What a password may be (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 §6.2): its length, and nothing about its composition. */

/** In code points. */
const minimumLength = 8
/** In code points, so at most 4096 bytes of UTF-8. ASVS 6.2.9: at least 64 must be allowed. */
const maximumLength = 1024

/** Takes a password that a user wants to set. Returns a sentence that names the problem, or `undefined` when it is fine. */
export function checkNewPassword(password: string): string | undefined {
  if (isTooLong(password)) return `The password must have at most ${maximumLength} characters.`
  if ([...password].length < minimumLength) return `The password must have at least ${minimumLength} characters.`
  if (!password.isWellFormed()) return 'The password must be valid Unicode text.'
  if (password.includes('\0')) return 'The password must not contain the null character.'
  return undefined
}

/** Whether a password is longer than any may be: a login answers `invalid_request` and hashes nothing. */
export function isTooLong(password: string): boolean {
  // A code point is one or two UTF-16 units: only a string between the two bounds has to be counted.
  if (password.length <= maximumLength) return false
  return password.length > 2 * maximumLength || [...password].length > maximumLength
}

/**
 * Whether a password could belong to an account at all. Empty ones and ones with NUL never do, whatever is stored; two
 * different lone surrogates would become the same UTF-8.
 */
export function canBelongToAnAccount(password: string): boolean {
  return password !== '' && !isTooLong(password) && password.isWellFormed() && !password.includes('\0')
}
