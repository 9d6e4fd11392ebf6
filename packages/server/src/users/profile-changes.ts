/** The fields of a profile that can be set, and what is wrong with their values. */
import { changeClaims } from '../domain/change-claims.ts'
import type { Profile, ProfileClaims } from '../domain/profile.ts'
import { emailProblem, line } from '../domain/profile-claim.ts'
import { UserError, type UserProblem } from './user-problem.ts'

/** Fields that are left out stay as they are. */
export interface ProfileFields {
  readonly email?: string | null
  /** Whether the address is known to be the user's. @default false for another address than before */
  readonly isEmailVerified?: boolean
  readonly fullName?: string | null
  /** Further claims by their names on the wire. An empty text or `null` removes a claim. */
  readonly claims?: ProfileClaims
}

/** The changes to store: `fields`, with the claims merged into those of the profile. @throws UserError `invalid`, `missing` */
export function changesOf(
  profile: Pick<Profile, 'email' | 'claims'>,
  fields: ProfileFields,
): Partial<Pick<Profile, keyof ProfileFields>> {
  const { claims, ...others } = fields
  const changed = claims && changeClaims(profile.claims, claims)
  const problems = [...fieldProblems(profile, others), ...(changed?.problems ?? []).map(claimProblem)]
  if (problems.length > 0) throw new UserError(problems)
  return { ...others, ...(changed?.claims && { claims: changed.claims }) }
}

function fieldProblems(
  { email: former }: Pick<Profile, 'email'>,
  { email, isEmailVerified = false, fullName }: ProfileFields,
): readonly UserProblem[] {
  const problems: UserProblem[] = []
  const wrongEmail = typeof email === 'string' ? emailProblem(email) : undefined
  if (wrongEmail !== undefined) problems.push({ code: 'invalid', field: 'email', message: wrongEmail })
  const wrongName = typeof fullName === 'string' ? line(fullName) : undefined
  if (wrongName !== undefined) problems.push({ code: 'invalid', field: 'fullName', message: wrongName })
  if (isEmailVerified && (email === undefined ? former : email) === null) {
    problems.push({ code: 'missing', field: 'email', message: 'is missing, so it cannot be verified' })
  }
  return problems
}

function claimProblem({ claim, message }: { readonly claim: string; readonly message: string }): UserProblem {
  return { code: 'invalid', field: `claims.${claim}`, message }
}
