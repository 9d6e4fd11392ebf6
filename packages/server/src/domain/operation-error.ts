/** What is wrong with an operation that is on neither a user nor a client: on keys, incidents, rejected requests and ports. */

/** One problem, and how to solve it. */
export interface OperationProblem {
  /** `unknown_key`: no signing key has the id. */
  readonly code: 'invalid' | 'unknown_key'
  /** What the operation was given, such as `algorithms`. */
  readonly field: string
  /** What follows the field in a sentence. */
  readonly message: string
}

/** @property problems all problems, not only the first */
export class OperationError extends Error {
  readonly problems: readonly OperationProblem[]

  constructor(problems: readonly OperationProblem[]) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('\n'))
    this.name = 'OperationError'
    this.problems = problems
  }
}

/** @throws OperationError with one problem, `invalid` by default */
export function failOperation(field: string, message: string, code: OperationProblem['code'] = 'invalid'): never {
  throw new OperationError([{ code, field, message }])
}
