/** Which texts can be the password of an account. A login and the hashing threads need no more of the rules, which have a list of 128 KB. */

/** In code points: users of earlier versions may have passwords of this length. ASVS 6.2.9: at least 64 must be allowed. */
const maximumLengthAtLogin = 1024

/** Whether a password is longer than any account's. The response to a login is then `invalid_request`, and nothing is hashed. */
export function isTooLong(password: string): boolean {
  // A code point has one or two UTF-16 units, so code points are counted only between the two bounds.
  if (password.length <= maximumLengthAtLogin) return false
  return password.length > 2 * maximumLengthAtLogin || lengthOf(password) > maximumLengthAtLogin
}

/**
 * Whether a password can belong to an account. Empty passwords and those with NUL never do, and different lone surrogates would become
 * the same UTF-8.
 */
export function canBelongToAnAccount(password: string): boolean {
  return password !== '' && !isTooLong(password) && password.isWellFormed() && !password.includes('\0')
}

/** In code points. */
export function lengthOf(text: string): number {
  return [...text].length
}
