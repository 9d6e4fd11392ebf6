/** The fields of a profile that can be set, and what is wrong with their values. */
import { z } from 'zod'
import { issueOf } from '../config/issue-of.ts'
import { changeClaims } from '../domain/change-claims.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import type { Profile, ProfileClaims } from '../domain/profile.ts'
import { emailProblem, line } from '../domain/profile-claim.ts'
import { failInvalid, UserError, type UserProblem } from './user-problem.ts'

/** At most this many unknown fields are reported. */
const maxUnknown = 20

/** Fields that are left out stay as they are. */
export interface ProfileFields {
  readonly email?: string | null
  /** Whether the address is known to be the user's. @default false for another address than before */
  readonly isEmailVerified?: boolean
  readonly fullName?: string | null
  /** Further claims by their names on the wire. An empty text or `null` removes a claim. */
  readonly claims?: ProfileClaims
}

/** What a program without types may give in their place. */
const schema = z.strictObject({
  email: z.string('must be text or null').superRefine(issueOf(emailProblem)).nullish(),
  isEmailVerified: z.boolean('must be true or false').optional(),
  fullName: z.string('must be text or null').superRefine(issueOf(line)).nullish(),
  claims: z.custom(isPlainObject, 'must be an object').optional(),
})

/** @throws UserError `invalid` when `fields` has no members */
export function requireFields(fields: unknown): void {
  if (!isPlainObject(fields)) failInvalid('fields', 'must be an object')
}

/** The changes to store: `fields`, with the claims merged into those of the profile. @throws UserError `invalid`, `missing` */
export function changesOf(
  profile: Pick<Profile, 'email' | 'claims'>,
  fields: ProfileFields,
): Partial<Pick<Profile, keyof ProfileFields>> {
  requireFields(fields)
  const { claims, ...others } = fields
  const changed = isPlainObject(claims) ? changeClaims(profile.claims, claims) : undefined
  const problems = [...fieldProblems(profile, fields), ...(changed?.problems ?? []).map(claimProblem)]
  if (problems.length > 0) throw new UserError(problems)
  return { ...others, ...(changed?.claims && { claims: changed.claims }) }
}

function fieldProblems(former: Pick<Profile, 'email'>, fields: ProfileFields): readonly UserProblem[] {
  const { error } = schema.safeParse(fields)
  if (error) return error.issues.flatMap(toProblems)
  const { email = former.email, isEmailVerified = false } = fields
  return isEmailVerified && email === null
    ? [{ code: 'missing', field: 'email', message: 'is missing, so it cannot be verified' }]
    : []
}

function toProblems(issue: z.core.$ZodIssue): readonly UserProblem[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ code: 'invalid', field: String(issue.path[0]), message: issue.message }]
  return issue.keys
    .slice(0, maxUnknown)
    .map((field) => ({ code: 'invalid', field, message: 'is no field of a user that can be set' }))
}

function claimProblem({ claim, message }: { readonly claim: string; readonly message: string }): UserProblem {
  return { code: 'invalid', field: `claims.${claim}`, message }
}
