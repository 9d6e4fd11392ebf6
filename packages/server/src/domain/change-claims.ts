/** Changes of a profile's further claims (OIDC Core §5.1): which claims there are, and which values they can have. */
import type { ProfileClaims } from './profile.ts'
import { type Rule, rules } from './profile-claim.ts'

/** A claim that cannot be set, and why: `message` follows the claim's name. */
export interface ClaimProblem {
  readonly claim: string
  readonly message: string
}

/** The claims after the change, or everything that is wrong with it. */
export type ChangedClaims =
  | { readonly claims: ProfileClaims; readonly problems?: never }
  | { readonly claims?: never; readonly problems: readonly ClaimProblem[] }

/** The names of the claims that can be set. */
export const profileClaims: readonly string[] = Object.keys(rules)

/** Claims that come from other fields of the user. */
const derived: Readonly<Record<string, string>> = {
  sub: 'is the id of the user, which never changes',
  name: 'is the full name: set that',
  preferred_username: 'is the username, which never changes',
  email: 'is the e-mail address: set that',
  email_verified: 'belongs to the e-mail address: set it there',
  updated_at: 'is set by the server',
  groups: 'is the list of the groups: add the user to a group',
  roles: 'is the list of the roles: assign one to the user',
}

/** The claims `before` with these changes. An empty text or `null` removes a claim. */
export function changeClaims(before: ProfileClaims, changes: ProfileClaims): ChangedClaims {
  const problems = Object.entries(changes).flatMap(([claim, value]) => {
    const message = problemOf(claim, value)
    return message === undefined ? [] : [{ claim, message }]
  })
  const after = Object.entries({ ...forgetVerification(before, changes), ...changes })
  const claims = Object.fromEntries(after.filter(([, value]) => !isNothing(value)))
  if (claims['phone_number_verified'] !== undefined && claims['phone_number'] === undefined) {
    problems.push({ claim: 'phone_number_verified', message: 'needs a phone_number' })
  }
  return problems.length > 0 ? { problems } : { claims }
}

/** The verification of a number does not carry over to another one. */
function forgetVerification(before: ProfileClaims, changes: ProfileClaims): ProfileClaims {
  const number = changes['phone_number']
  if (number === undefined || number === before['phone_number']) return before
  const { phone_number_verified: _verified, ...others } = before
  return others
}

function problemOf(claim: string, value: unknown): string | undefined {
  const rule: Rule | undefined = Object.hasOwn(rules, claim) ? rules[claim] : undefined
  if (rule) return isNothing(value) ? undefined : rule(value)
  if (Object.hasOwn(derived, claim)) return derived[claim]
  return `is not one of the claims that can be set: ${profileClaims.join(', ')}`
}

function isNothing(value: unknown): boolean {
  return value === '' || value === null
}
