/**
 * What the service may answer. A member that is not known is an error: it may be one that takes rights away, in another spelling than
 * `disabled`.
 */
import { z } from 'zod'
import type { StoredFields } from '../directory-user.ts'

const user = z.strictObject({
  key: z.string(),
  sub: z.string().nullish(),
  username: z.string(),
  email: z.string().nullish(),
  email_verified: z.boolean().nullish(),
  full_name: z.string().nullish(),
  claims: z.record(z.string(), z.unknown()).nullish(),
  groups: z.array(z.string()).nullish(),
  disabled: z.boolean(),
})

const found = z.strictObject({ users: z.array(user) })
const verified = z.strictObject({ match: z.boolean() })

/** @throws Error that names the member that is wrong, without its value */
export function usersIn(response: unknown): readonly StoredFields[] {
  return read(found, 'find', response).users.map((one) => ({
    key: one.key,
    sub: one.sub,
    username: one.username,
    email: one.email,
    isEmailVerified: one.email_verified,
    fullName: one.full_name,
    claims: one.claims ?? {},
    groups: one.groups,
    isDisabled: one.disabled,
  }))
}

/** @throws Error that names the member that is wrong, without its value */
export function isMatchIn(response: unknown): boolean {
  return read(verified, 'verify', response).match
}

function read<Shape>(schema: z.ZodType<Shape>, route: string, response: unknown): Shape {
  const { success, data, error } = schema.safeParse(response)
  if (success) return data
  const [issue] = error.issues
  const path = issue?.path.join('.') || 'it'
  const what = issue?.code === 'unrecognized_keys' ? `has unknown members: ${issue.keys.join(', ')}` : issue?.message
  throw new Error(`the response of the service to /${route} is wrong: ${path} ${what}`)
}
