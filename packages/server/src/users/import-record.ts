/** One user of an import file, in the tutorial's names, with standard claims by theirs (OIDC Core §5.1). */
import { z } from 'zod'
import { issueOf } from '../config/issue-of.ts'
import { emailProblem, line } from '../domain/profile-claim.ts'
import { longestUsername, type User } from '../domain/user.ts'
import { changeProfile, profileClaims } from '../domain/user-profile.ts'
import { inspectHash } from '../passwords/import-check.ts'

export interface ImportRow {
  /** Where it stands in the file, such as `line 17`. */
  readonly place: string
  /** The username that the file gives outside of the record: the key of the tutorial's dict. */
  readonly key?: string
  readonly value: unknown
  /** Why there is no value. */
  readonly problem?: string
}

export interface ImportRecord {
  readonly user?: User
  /** Why the row can't be taken. */
  readonly problem?: string
  readonly ignored: readonly string[]
}

const text = (most: number) =>
  z
    .string('must be text')
    .max(most, `is longer than ${most} characters`)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'is not well-formed text')

const schema = z.object({
  // What guard takes as the `sub` of a token.
  id: text(255)
    .min(1, 'is empty')
    .regex(/^\P{Cc}*$/u, 'holds control characters')
    .optional(),
  username: text(longestUsername).optional(),
  // Empty is what the tutorial's users without an address have.
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
export function readRecord(row: ImportRow, now: number): ImportRecord {
  if (row.problem !== undefined) return { problem: row.problem, ignored: [] }
  if (typeof row.value !== 'object' || row.value === null || Array.isArray(row.value)) {
    return { problem: 'is not a JSON object', ignored: [] }
  }
  const ignored = Object.keys(row.value).filter(
    (name) => !Object.hasOwn(schema.shape, name) && !profileClaims.includes(name),
  )
  const parsed = schema.safeParse(row.value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return { problem: `${String(issue?.path[0] ?? 'the row')} ${issue?.message ?? 'is wrong'}`, ignored }
  }
  const { data } = parsed
  const claims = Object.entries(row.value).filter(([name]) => profileClaims.includes(name))
  const { profile, problems } = changeProfile({}, Object.fromEntries(claims))
  if (problems) return { problem: problems.map(({ claim, message }) => `${claim} ${message}`).join('; '), ignored }
  const username = data.username ?? row.key
  if (username === undefined) return { problem: 'username is missing', ignored }
  const hash = data.hashed_password ?? null
  const user: User = {
    id: data.id ?? username,
    username,
    email: data.email ?? null,
    fullName: data.full_name ?? null,
    passwordHash: inspectHash(hash).status === 'unusable' ? null : hash,
    isDisabled: data.disabled ?? false,
    isDemo: false,
    tokensValidFrom: 0,
    isEmailVerified: data.email_verified === true && Boolean(data.email),
    profile,
    createdAt: Math.floor(now),
    updatedAt: Math.floor(now),
  }
  return { user, ignored }
}
