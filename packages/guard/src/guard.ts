/** Decides whether a request may pass: reads its token, asks what it is good for, and challenges what may not pass (RFC 6750). */
import type { Access } from './access.ts'
import type { GuardRequest } from './guard-request.ts'

/** What a route needs. */
export interface Requirement {
  /** Scopes that the token must all have, itself or by `scopeHierarchy`. */
  readonly scopes?: readonly string[]
}

/** Made by `createGuard`. Its functions need no `this`. */
export interface Guard {
  /**
   * Answers what the request may do.
   * @throws Challenge and nothing else; `challenge.toResponse()`, or its status, headers and body, is the answer
   */
  readonly check: (request: GuardRequest, requirement?: Requirement) => Promise<Access>
  /** The same for a token by itself, for frameworks that read the header themselves. @throws Challenge */
  readonly checkToken: (token: string, requirement?: Requirement) => Promise<Access>
}
