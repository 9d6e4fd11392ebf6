/** Where a guard gets the access of a token from: its signature, or the issuer's introspection. */
import type { Access } from './access.ts'

/** Made once per guard. */
export interface TokenSource {
  /**
   * Returns the access of the token, directly when it is cached. Throws or rejects with `TokenRejection`.
   * `scopes` has the scopes of the token itself. The same token gives the same object while it is cached.
   */
  readonly check: (token: string) => Access | Promise<Access>
}

/** How the parts of a guard reach the issuer. */
export interface IssuerAccess {
  readonly fetch: typeof fetch
  /** Hosts that may be reached by http: `unsafeHttpHosts` of the guard. @default [] */
  readonly httpHosts?: readonly string[]
  /** Seconds since the epoch. */
  readonly now: () => number
  /** Called for each failed fetch and each faulty key, also when the guard continues without it. Never throws. */
  readonly onFailure: (failure: IssuerFailure) => void
}

/** A failed request to the issuer, or a key of its set that is not used. */
export interface IssuerFailure {
  readonly part: 'discovery' | 'jwks' | 'introspection' | 'revocations'
  readonly url: string
  /** What failed, in a sentence. */
  readonly message: string
  readonly cause?: unknown
}
