/** Scopes that include others: `items` may imply `items:read` and whatever that implies. */
import type { Access } from './access.ts'
import { demand } from './check-options.ts'
import { parseScope } from './scope.ts'

/** Each scope with those that it includes. */
export type ScopeHierarchy = Readonly<Record<string, readonly string[]>>

/**
 * A function that answers the same access with the included scopes as well; the same object for the same access.
 *
 * @throws TypeError when the hierarchy holds what is no scope
 */
export function createExpander(hierarchy: ScopeHierarchy): (access: Access) => Access {
  const expandScopes = createScopeExpander(hierarchy)
  const expanded = new WeakMap<Access, Access>()
  return (access) => {
    const known = expanded.get(access)
    if (known !== undefined) return known
    const wider = Object.freeze({ ...access, scopes: expandScopes(access.scopes) })
    expanded.set(access, wider)
    return wider
  }
}

/** The same for scopes alone. */
export function createScopeExpander(hierarchy: ScopeHierarchy): (scopes: readonly string[]) => readonly string[] {
  const included = readHierarchy(hierarchy)
  return (scopes) => expand(scopes, included)
}

// A Map, and a copy: no scope named "__proto__" finds what was not put in, and later changes change nothing.
function readHierarchy(hierarchy: ScopeHierarchy): ReadonlyMap<string, readonly string[]> {
  demand(typeof hierarchy === 'object' && hierarchy !== null, 'scopeHierarchy must be { scope: [included scopes] }')
  return new Map(
    Object.entries(hierarchy).map(([scope, scopes]) => {
      demand(isScope(scope), `scopeHierarchy: ${JSON.stringify(scope)} is no scope`)
      demand(Array.isArray(scopes) && scopes.every(isScope), `scopeHierarchy.${scope} must be an array of scopes`)
      return [scope, [...scopes]]
    }),
  )
}

/** Whether a value is one scope token (RFC 6749 §3.3). */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && parseScope(value)?.[0] === value
}

/** Each scope once: a cycle ends where it began. */
function expand(scopes: readonly string[], included: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const all = new Set(scopes)
  // A Set that grows while it is walked is walked to its new end.
  for (const scope of all) {
    for (const further of included.get(scope) ?? []) all.add(further)
  }
  return Object.freeze([...all])
}
