/** One problem of a record. */
import type { UserProblemCode } from '../user-problem.ts'

export interface ImportProblem {
  readonly code: Exclude<UserProblemCode, 'unknown_user'>
  /** The member of the record, such as `hashed_password`; `undefined`: the record itself. */
  readonly field: string | undefined
  /** What follows the field in a sentence. */
  readonly message: string
}

export function invalid(field: string | undefined, message: string): ImportProblem {
  return { code: 'invalid', field, message }
}
