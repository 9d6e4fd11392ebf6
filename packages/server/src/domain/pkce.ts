/** Proof Key for Code Exchange (RFC 7636): the shapes of its two values. S256 is the only method (RFC 9700 §2.1.1). */

/** RFC 7636 §4.2: base64url of a SHA-256, so 43 characters. */
export function isCodeChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
export function isCodeVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text)
}
