/** What a route requires, read so that a misspelt requirement never passes. */
import { noScopes } from './scope.ts'
import { TokenRejection } from './token-rejection.ts'

/** What a route requires. */
export interface Requirement {
  /** Scopes that the token must have, all of them, directly or by `scopeHierarchy`. */
  readonly scopes?: readonly string[]
}

/**
 * The scopes of the requirement. Runs in every check, so it allocates nothing.
 *
 * @throws TokenRejection `verification_failed` for a wrong requirement: `{ scope: ['me'] }` must not mean that no scope is required
 */
export function readRequiredScopes(requirement: Requirement | undefined): readonly string[] {
  if (requirement === undefined) return noScopes
  if (isRequirement(requirement)) return requirement.scopes ?? noScopes
  const cause = new TypeError('a requirement must be { scopes: [...] }')
  throw new TokenRejection('verification_failed', { expected: '{ scopes: [...] }', cause })
}

/** {} requires no scope; { scopes: undefined } is a variable that was never set; a Map or an array is something else. */
function isRequirement(value: Requirement): boolean {
  if (typeof value !== 'object' || value === null) return false
  for (const name in value) {
    if (name !== 'scopes') return false
  }
  return 'scopes' in value ? Array.isArray(value.scopes) : Object.prototype.toString.call(value) === '[object Object]'
}
