/** Reads and compares scopes (RFC 6749 §3.3): a list of case-sensitive words between spaces. */

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ); here with the spaces between them.
export const scopeText: RegExp = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

export const noScopes: readonly string[] = Object.freeze([])

/**
 * Splits a scope into its tokens, each once, in order; `undefined` when a character may not stand in a scope.
 *
 * Spaces never belong to a token, so leading, trailing and repeated ones are tolerated, and a text without tokens is the
 * empty list: the tutorial's login form sends `scope=` when no box is ticked.
 *
 * @see RFC 6749 §3.3
 */
export function parseScope(scope: string): readonly string[] | undefined {
  if (!scopeText.test(scope)) return undefined
  const tokens = new Set(scope.split(' '))
  tokens.delete('')
  return Object.freeze([...tokens])
}

/**
 * Whether every required scope was granted. Tokens are compared whole and exactly: `read` is neither `READ` nor `readwrite`.
 *
 * @param granted the scopes of a token; `undefined`, a token without scopes, grants none
 * @see RFC 6749 §3.3
 */
export function hasScopes(granted: readonly string[] | undefined, required: readonly string[]): boolean {
  // A set, so that long lists on both sides cost their sum and not their product.
  const held = new Set(granted)
  // Not with every(), which passes over holes: new Array(1) names one scope, that nobody has.
  for (const scope of required) {
    if (!held.has(scope)) return false
  }
  return true
}
