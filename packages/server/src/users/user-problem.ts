/** Why a user cannot be added or changed: for programs a code and a field, for people a sentence. */

export interface UserProblem {
  readonly code: 'invalid' | 'taken' | 'missing'
  readonly field: 'username' | 'email' | 'fullName' | 'password' | `claims.${string}`
  /** A sentence for the person who made the request. */
  readonly message: string
}

/** Thrown by the operations on users. `message` has the sentences of all problems, one a line. */
export class UserError extends Error {
  readonly problems: readonly UserProblem[]

  constructor(problems: readonly UserProblem[], options?: ErrorOptions) {
    super(problems.map(({ message }) => message).join('\n'), options)
    this.name = 'UserError'
    this.problems = problems
  }
}
