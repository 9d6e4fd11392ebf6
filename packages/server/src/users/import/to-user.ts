/** A user of an import in our own names: the tutorial's, and those of standard claims (OIDC Core §5.1). */
import type { JsonObject } from '@countersign/guard/strict-json'
import { z } from 'zod'
import { issueOf } from '../../config/issue-of.ts'
import { changeClaims, profileClaims } from '../../domain/change-claims.ts'
import { emailProblem, line } from '../../domain/profile-claim.ts'
import { subjectIdProblem } from '../../domain/subject.ts'
import type { UserWithCredentials } from '../../domain/user.ts'
import { maxUsernameLength, usernameProblem } from '../../domain/username.ts'
import type { Inspection } from '../../passwords/import-check.ts'
import { type ImportProblem, invalid } from './import-problem.ts'

export interface MadeUser {
  /** To be used only without problems. */
  readonly user: UserWithCredentials
  readonly problems: readonly ImportProblem[]
  /** Claims that cannot be stored, and without which the user comes in. */
  readonly leftOut: readonly ImportProblem[]
}

export interface UserOptions {
  readonly isDisabled: boolean
  /** Whether a claim that cannot be stored is a problem of the user: another system has other rules for them. */
  readonly isStrict: boolean
  readonly inspect: (hash: string | null) => Inspection
  /** Whole seconds since the epoch. */
  readonly now: number
}

const text = (max: number) =>
  z
    .string('must be text')
    .max(max, `is longer than ${max} characters`)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'is not well-formed text')

const schema = z.object({
  id: z.string('must be text').superRefine(issueOf(subjectIdProblem)).optional(),
  username: text(maxUsernameLength).optional(),
  // The tutorial's users without an address have an empty one.
  email: z
    .string('must be text')
    .superRefine(issueOf((email) => (email === '' ? undefined : emailProblem(email))))
    .nullish(),
  email_verified: z.boolean('must be true or false').nullish(),
  full_name: z.string('must be text').superRefine(issueOf(line)).nullish(),
  hashed_password: text(1000).nullish(),
})

/** `sub` stays what it was: the id as given, or the username, which is what the tutorial puts into its tokens. */
export function toUser(given: JsonObject, { isDisabled, isStrict, inspect, now }: UserOptions): MadeUser {
  const nameProblem = isStrict || given['full_name'] === undefined ? undefined : line(given['full_name'])
  const row = nameProblem === undefined ? given : { ...given, full_name: null }
  const parsed = schema.safeParse(row)
  const { claims, wrong } = claimsOf(row)
  const data = parsed.data ?? {}
  const inspection = inspect(data.hashed_password ?? null)
  const user: UserWithCredentials = {
    subject: { id: data.id ?? data.username ?? '', isDisabled, tokensValidFrom: 0, version: 1, createdAt: now },
    profile: {
      username: data.username ?? '',
      email: data.email ?? null,
      isEmailVerified: data.email_verified === true && Boolean(data.email),
      fullName: data.full_name ?? null,
      claims,
      updatedAt: now,
    },
    credentials: {
      passwordHash: inspection.status === 'usable' ? (data.hashed_password ?? null) : null,
      isDemo: false,
    },
  }
  const problems = parsed.success
    ? [...usernameProblems(data.username), ...hashProblems(inspection)]
    : parsed.error.issues.map(({ path, message }) => invalid(String(path[0]), message))
  if (isStrict) return { user, problems: [...problems, ...wrong], leftOut: [] }
  const leftOut = nameProblem === undefined ? wrong : [invalid('full_name', nameProblem), ...wrong]
  return { user, problems, leftOut }
}

/** The claims that can be stored, and what is wrong with the others. */
function claimsOf(row: JsonObject): {
  readonly claims: UserWithCredentials['profile']['claims']
  readonly wrong: readonly ImportProblem[]
} {
  const given = Object.entries(row).filter(([name]) => profileClaims.includes(name))
  const all = changeClaims({}, Object.fromEntries(given))
  if (!all.problems) return { claims: all.claims, wrong: [] }
  const names = new Set(all.problems.map(({ claim }) => claim))
  if (names.has('phone_number')) names.add('phone_number_verified')
  const { claims = {} } = changeClaims({}, Object.fromEntries(given.filter(([name]) => !names.has(name))))
  return { claims, wrong: all.problems.map(({ claim, message }) => invalid(claim, message)) }
}

function usernameProblems(username: string | undefined): readonly ImportProblem[] {
  if (username === undefined) return [{ code: 'missing', field: 'username', message: 'is missing' }]
  const problem = usernameProblem(username)
  return problem === undefined ? [] : [invalid('username', problem)]
}

function hashProblems(inspection: Inspection): readonly ImportProblem[] {
  return inspection.status === 'rejected' ? [invalid('hashed_password', inspection.message)] : []
}
