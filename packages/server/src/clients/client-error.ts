/** What is wrong with an operation on a client: for the command line, the programming interface and the console alike. */

/**
 * `invalid_redirect_uri` and `invalid_client_metadata` are the codes of RFC 7591 §3.2.2.
 * `client_exists`: the id is taken. `unknown_client`: no registered client has the id. `declared_client`: the client is declared in
 * the configuration, and changes there only. `public_client`: the client has no secret.
 */
export type ClientProblemCode =
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'client_exists'
  | 'unknown_client'
  | 'declared_client'
  | 'public_client'

/** One problem, and how to solve it. */
export interface ClientProblem {
  readonly code: ClientProblemCode
  /** The metadata member, such as `redirect_uris[0]`. */
  readonly field: string
  /** What follows the field in a sentence. */
  readonly message: string
}

/** @property problems all problems, not only the first */
export class ClientError extends Error {
  readonly problems: readonly ClientProblem[]

  constructor(problems: readonly ClientProblem[]) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('\n'))
    this.name = 'ClientError'
    this.problems = problems
  }
}
