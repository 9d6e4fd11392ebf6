/** Where a guard learns what a token is good for: from its signature, or from the issuer. */
import type { Access } from './access.ts'

/** Made once per guard. */
export interface TokenSource {
  /**
   * Answers what the token says, at once where it can. Throws or rejects with `TokenRejection` or `TokenRejection`.
   * `scopes` are those of the token, without what they include. The same token gives the same object, while it is remembered.
   */
  readonly check: (token: string) => Access | Promise<Access>
}

/** What every part of a guard that talks to the issuer is given. */
export interface IssuerAccess {
  readonly fetch: typeof fetch
  /** Seconds since the epoch. */
  readonly now: () => number
  /** Told when a fetch failed, whether or not the guard could go on without. Never throws. */
  readonly onFailure: (failure: IssuerFailure) => void
}

/** Something could not be had of the issuer. */
export interface IssuerFailure {
  readonly part: 'discovery' | 'jwks' | 'introspection' | 'revocations'
  readonly url: string
  /** What happened, in a sentence. */
  readonly message: string
  readonly cause?: unknown
}
