/** Why an operation on a user fails: for the command line, the programming interface and the console alike. */
import { identifierProblem } from '../domain/identifier.ts'

/** `unknown_user`: no user has the id. */
export type UserProblemCode = 'invalid' | 'taken' | 'missing' | 'unknown_user'

/** One problem, and how to solve it. */
export interface UserProblem {
  readonly code: UserProblemCode
  /** What the operation was given, such as `username`, `claims.locale` or `limit`. */
  readonly field: string
  /** What follows the field in a sentence. */
  readonly message: string
}

/** @property problems all problems, not only the first */
export class UserError extends Error {
  readonly problems: readonly UserProblem[]

  constructor(problems: readonly UserProblem[], options?: ErrorOptions) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('\n'), options)
    this.name = 'UserError'
    this.problems = problems
  }
}

/** @throws UserError `unknown_user` */
export function failUnknownUser(): never {
  throw new UserError([{ code: 'unknown_user', field: 'id', message: 'is not the id of a user' }])
}

/** @throws UserError `invalid` when the id is not valid */
export function requireUserId(id: unknown): void {
  const message = identifierProblem(id)
  if (message !== undefined) failInvalid('id', message)
}

/** @throws UserError `invalid` */
export function failInvalid(field: string, message: string): never {
  throw new UserError([{ code: 'invalid', field, message }])
}
