/** The claims about a user that stand in no column of their own (OIDC Core §5.1): which there are, and what each must be. */
import { type Rule, rules } from './profile-claim.ts'
import type { User } from './user.ts'

type Profile = User['profile']

/** One claim that can't be kept, and why, as what follows its name. */
export interface ClaimProblem {
  readonly claim: string
  readonly message: string
}

/** A profile that may be kept, or all that is wrong with it. */
export type ParsedProfile =
  | { readonly profile: Profile; readonly problems?: never }
  | { readonly profile?: never; readonly problems: readonly ClaimProblem[] }

/** The claims that a profile can hold. */
export const profileClaims: readonly string[] = Object.keys(rules)

/** Claims that are made of what else is known of the user. */
const derived: Readonly<Record<string, string>> = {
  sub: 'is the id of the user, which never changes',
  name: 'is the full name: set that',
  preferred_username: 'is the username, which never changes',
  email: 'is the e-mail address: set that',
  email_verified: 'goes with the e-mail address: set it there',
  updated_at: 'is set by the server',
}

/** The profile with these claims set; an empty text or `null` takes a claim away. */
export function changeProfile(before: Profile, changes: Readonly<Record<string, unknown>>): ParsedProfile {
  const problems = Object.entries(changes).flatMap(([claim, value]) => {
    const message = problemOf(claim, value)
    return message === undefined ? [] : [{ claim, message }]
  })
  const after = Object.entries({ ...forgetVerification(before, changes), ...changes })
  const profile = Object.fromEntries(after.filter(([, value]) => !isNothing(value)))
  if (profile['phone_number_verified'] !== undefined && profile['phone_number'] === undefined) {
    problems.push({ claim: 'phone_number_verified', message: 'needs a phone_number' })
  }
  return problems.length > 0 ? { problems } : { profile }
}

/** Another number is not verified because the former one was. */
function forgetVerification(before: Profile, changes: Readonly<Record<string, unknown>>): Profile {
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
