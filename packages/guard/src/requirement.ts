/** What a route needs, read so that a misspelt need is none that passes. */
import { Refused } from './refused.ts'

/** What a route needs. */
export interface Requirement {
  /** Scopes that the token must all have, itself or by `scopeHierarchy`. */
  readonly scopes?: readonly string[]
}

const none: readonly string[] = Object.freeze([])

/**
 * The scopes of the requirement. Looked at in every check, so without making anything.
 *
 * @throws Refused `verification_failed` for a requirement that is none: `{ scope: ['me'] }` must not mean that none is needed
 */
export function scopesNeeded(requirement: Requirement | undefined): readonly string[] {
  if (requirement === undefined) return none
  if (typeof requirement !== 'object' || requirement === null) throw misspelt()
  for (const name in requirement) {
    if (name !== 'scopes') throw misspelt()
  }
  const { scopes } = requirement
  if (Array.isArray(scopes)) return scopes
  // {} needs none, and says so; { scopes: undefined } is a variable that was never set, and a Map or a list is something else.
  if (!('scopes' in requirement) && Object.prototype.toString.call(requirement) === '[object Object]') return none
  throw misspelt()
}

function misspelt(): Refused {
  const cause = new TypeError('a requirement must be { scopes: [...] }: mend the call of guard.check')
  return new Refused('verification_failed', { expected: '{ scopes: [...] }', received: 'another requirement', cause })
}
