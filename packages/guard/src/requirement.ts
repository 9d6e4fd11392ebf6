/** What a route requires, read so that a misspelt requirement never passes. */
import type { Access } from './access.ts'
import { isPlain } from './check-options.ts'
import { describeValue } from './describe.ts'
import { readMember } from './jwt/strict-json.ts'
import { noScopes } from './scope.ts'
import { mismatch, TokenRejection } from './token-rejection.ts'

/** What a route requires. */
export interface Requirement {
  /** Scopes that the token must have, all of them, directly or by `scopeHierarchy`. */
  readonly scopes?: readonly string[]
  /** Claims that the token must have, all of them, with their values: `{ tenant: 'acme', groups: ['staff', 'admins'] }`. */
  readonly claims?: RequiredClaims
}

/**
 * Claims with their values. A claim has a value when it is that value, of the same type, or an array that contains it; of an array of
 * values, it needs one.
 */
export type RequiredClaims = Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>

/** What a claim can be compared with. */
export type ClaimValue = string | number | boolean

/**
 * The scopes of the requirement. Runs in every check, so it allocates nothing when no claims are required.
 *
 * @throws TokenRejection `verification_failed` for a wrong requirement: `{ scope: ['me'] }` must not mean that no scope is required
 */
export function readRequiredScopes(requirement: Requirement | undefined): readonly string[] {
  if (requirement === undefined) return noScopes
  if (isRequirement(requirement)) return requirement.scopes ?? noScopes
  const expected = '{ scopes: [...], claims: { name: value } }'
  const cause = new TypeError(`a requirement must be ${expected}`)
  throw new TokenRejection('verification_failed', { expected, cause })
}

/** {} requires no scope; { scopes: undefined } is a variable that was never set; a Map or an array is something else. */
function isRequirement(value: Requirement): boolean {
  if (typeof value !== 'object' || value === null) return false
  for (const name in value) {
    if (name !== 'scopes' && name !== 'claims') return false
  }
  if ('claims' in value && !areRequiredClaims(value.claims)) return false
  return 'scopes' in value ? Array.isArray(value.scopes) : isPlain(value)
}

function areRequiredClaims(value: unknown): boolean {
  return isPlain(value) && Object.values(value).every((required) => [required].flat().every(isClaimValue))
}

function isClaimValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** @throws TokenRejection `claim_mismatch` for the first claim that has none of its values */
export function requireClaims({ claims }: Access, required: RequiredClaims): void {
  for (const [name, wanted] of Object.entries(required)) {
    const values: readonly unknown[] = [wanted].flat()
    const received = readMember(claims, name)
    if ([received].flat().some((value) => values.includes(value))) continue
    throw mismatch('claim_mismatch', `${name}, ${values.map(describeValue).join(' or ')}`, received)
  }
}
