/** One user of an import file, in the tutorial's names, with standard claims by theirs (OIDC Core §5.1). */
import { z } from 'zod'
import { issueOf } from '../config/issue-of.ts'
import { changeClaims, profileClaims } from '../domain/change-claims.ts'
import { emailProblem, line } from '../domain/profile-claim.ts'
import { subjectIdProblem } from '../domain/subject.ts'
import type { UserWithCredentials } from '../domain/user.ts'
import { maxUsernameLength, usernameProblem } from '../domain/username.ts'
import { inspectHash } from '../passwords/import-check.ts'
import type { UserProblemCode } from './user-problem.ts'

export interface ImportRow {
  /** Where it is in the file, such as `line 17`. */
  readonly place: string
  /** The username that the file has outside of the record: the key of the tutorial's dict. */
  readonly key?: string
  readonly value: unknown
  /** Why there is no value, as what follows the place in a sentence. */
  readonly problem?: string
}

/** One problem of a row. */
export interface ImportProblem {
  readonly code: Exclude<UserProblemCode, 'unknown_user'>
  /** The member of the row, such as `hashed_password`; `undefined`: the row itself. */
  readonly field: string | undefined
  /** What follows the field in a sentence. */
  readonly message: string
}

/** The user of a row, or why the row is rejected. */
export type ImportRecord = { readonly ignored: readonly string[] } & (
  | { readonly user: UserWithCredentials; readonly problems?: never }
  | { readonly user?: never; readonly problems: readonly ImportProblem[] }
)

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
  disabled: z.boolean('must be true or false').nullish(),
})

/** `sub` stays what it was: the id as given, or the username, which is what the tutorial puts into its tokens. */
export function readRecord({ place: _, problem, value, key }: ImportRow, now: number): ImportRecord {
  if (problem !== undefined) return { problems: [invalid(undefined, problem)], ignored: [] }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems: [invalid(undefined, 'is not a JSON object')], ignored: [] }
  }
  const ignored = Object.keys(value).filter(
    (name) => !Object.hasOwn(schema.shape, name) && !profileClaims.includes(name),
  )
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => invalid(String(path[0]), message)), ignored }
  }
  const given = Object.entries(value).filter(([name]) => profileClaims.includes(name))
  const { claims, problems } = changeClaims({}, Object.fromEntries(given))
  if (problems) return { problems: problems.map(({ claim, message }) => invalid(claim, message)), ignored }
  const username = parsed.data.username ?? key
  if (username === undefined)
    return { problems: [{ code: 'missing', field: 'username', message: 'is missing' }], ignored }
  const user = toUser(username, parsed.data, claims, Math.floor(now))
  const wrong = problemsOf(user)
  return wrong.length === 0 ? { user, ignored } : { problems: wrong, ignored }
}

function toUser(
  username: string,
  data: z.infer<typeof schema>,
  claims: UserWithCredentials['profile']['claims'],
  now: number,
): UserWithCredentials {
  const hash = data.hashed_password ?? null
  return {
    subject: {
      id: data.id ?? username,
      isDisabled: data.disabled ?? false,
      tokensValidFrom: 0,
      version: 1,
      createdAt: now,
    },
    profile: {
      username,
      email: data.email ?? null,
      isEmailVerified: data.email_verified === true && Boolean(data.email),
      fullName: data.full_name ?? null,
      claims,
      updatedAt: now,
    },
    credentials: { passwordHash: inspectHash(hash).status === 'unusable' ? null : hash, isDemo: false },
  }
}

function problemsOf({ profile, credentials }: UserWithCredentials): readonly ImportProblem[] {
  const wrongName = usernameProblem(profile.username)
  const inspection = inspectHash(credentials.passwordHash)
  return [
    ...(wrongName === undefined ? [] : [invalid('username', wrongName)]),
    ...(inspection.status === 'rejected' ? [invalid('hashed_password', inspection.message)] : []),
  ]
}

function invalid(field: string | undefined, message: string): ImportProblem {
  return { code: 'invalid', field, message }
}
