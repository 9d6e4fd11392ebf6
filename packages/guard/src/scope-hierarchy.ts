/** Scopes that include others: `items` may include `items:read`, and the scopes that `items:read` includes. */
import type { Access } from './access.ts'
import { demand } from './check-options.ts'
import { isScope } from './scope.ts'

/** Each scope with the scopes that it includes. */
export type ScopeHierarchy = Readonly<Record<string, readonly string[]>>

/**
 * A function that adds the included scopes to an access; it returns the same object for the same access.
 *
 * @throws TypeError when the hierarchy has a value that is not a scope
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

// A Map: a scope such as "__proto__" finds nothing. A copy: later changes have no effect.
function readHierarchy(hierarchy: ScopeHierarchy): ReadonlyMap<string, readonly string[]> {
  demand(typeof hierarchy === 'object' && hierarchy !== null, 'scopeHierarchy must be { scope: [included scopes] }')
  return new Map(
    Object.entries(hierarchy).map(([scope, scopes]) => {
      demand(isScope(scope), `scopeHierarchy: ${JSON.stringify(scope)} is not a scope`)
      demand(Array.isArray(scopes) && scopes.every(isScope), `scopeHierarchy.${scope} must be an array of scopes`)
      return [scope, [...scopes]]
    }),
  )
}

/** Each scope once, so that cycles end. */
function expand(scopes: readonly string[], included: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const all = new Set(scopes)
  // The loop also visits the scopes that it adds.
  for (const scope of all) {
    for (const further of included.get(scope) ?? []) all.add(further)
  }
  return Object.freeze([...all])
}
