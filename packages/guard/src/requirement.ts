/** What a route needs, read so that a misspelt need is none that passes. */
import { Refused } from './refused.ts'
import { noScopes } from './scope.ts'

/** What a route needs. */
export interface Requirement {
  /** Scopes that the token must all have, itself or by `scopeHierarchy`. */
  readonly scopes?: readonly string[]
}

/**
 * The scopes of the requirement. Looked at in every check, so without making anything.
 *
 * @throws Refused `verification_failed` for a requirement that is none: `{ scope: ['me'] }` must not mean that none is needed
 */
export function scopesNeeded(requirement: Requirement | undefined): readonly string[] {
  if (requirement === undefined) return noScopes
  if (isRequirement(requirement)) return requirement.scopes ?? noScopes
  const cause = new TypeError('a requirement must be { scopes: [...] }')
  throw new Refused('verification_failed', { expected: '{ scopes: [...] }', cause })
}

/** {} needs none, and says so; { scopes: undefined } is a variable that was never set, and a Map or a list is something else. */
function isRequirement(value: Requirement): boolean {
  if (typeof value !== 'object' || value === null) return false
  for (const name in value) {
    if (name !== 'scopes') return false
  }
  return 'scopes' in value ? Array.isArray(value.scopes) : Object.prototype.toString.call(value) === '[object Object]'
}
