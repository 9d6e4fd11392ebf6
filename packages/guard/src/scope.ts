/** Reads and compares scopes (RFC 6749 §3.3): a list of case-sensitive words between spaces. */

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ); here with the spaces between tokens.
export const scopeText: RegExp = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

export const noScopes: readonly string[] = Object.freeze([])

/**
 * Splits a scope into its tokens, each once, in order; `undefined` when a character is not allowed in a scope.
 *
 * Leading, trailing and repeated spaces are allowed, and a text without tokens is the empty list: the tutorial's login form sends
 * `scope=` when no box is ticked.
 *
 * @see RFC 6749 §3.3
 */
export function parseScope(scope: string): readonly string[] | undefined {
  if (!scopeText.test(scope)) return undefined
  const tokens = new Set(scope.split(' '))
  tokens.delete('')
  return Object.freeze([...tokens])
}

/** Whether a value is one scope token (RFC 6749 §3.3). */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && parseScope(value)?.[0] === value
}

/**
 * Whether every required scope is granted. Tokens are compared exactly: `read` is neither `READ` nor `readwrite`.
 *
 * @param granted the scopes of a token; `undefined` (a token without scopes) grants none
 * @see RFC 6749 §3.3
 */
export function hasScopes(granted: readonly string[] | undefined, required: readonly string[]): boolean {
  // A Set: for long lists the cost is the sum of their lengths, not the product.
  const known = new Set(granted)
  // Not every(), which skips holes: new Array(1) requires one scope, which no token has.
  for (const scope of required) {
    if (!known.has(scope)) return false
  }
  return true
}
