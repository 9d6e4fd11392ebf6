/** What `explain` answers: each check of the verifier in its order, and what follows from them. */
import type { JsonObject } from '../jwt/strict-json.ts'
import type { TokenRejectionReason } from '../token-rejection.ts'

/** The checks in the verifier's order. Those with the name of a claim are about that claim. */
export type CheckName =
  | 'length'
  | 'shape'
  | 'header'
  | 'key'
  | 'algorithm'
  | 'type'
  | 'payload'
  | 'signature'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'iss'
  | 'aud'
  | 'sub'
  | 'scope'
  | 'client_id'
  | 'jti'
  /** Whether the token is bound to a key of the client, as RFC 9449 and RFC 8705 bind them. */
  | 'cnf'
  /** Whether the token has the scopes that are required. */
  | 'granted'

/** What a guard would refuse the token for: that of `TokenRejection`, or of the guard. */
export type FailureReason = TokenRejectionReason | 'scope_missing'

/**
 * - `no_keys`: no keys were given
 * - `not_set`: no setting to compare with, so a guard with these settings takes any
 * - `not_reached`: it builds upon a check that failed or was not made
 * - `needs_proof`: only a request can show it: the token is bound to a key, and passes a guard with `dpop` and a proof alone
 */
export type SkipReason = 'no_keys' | 'not_set' | 'not_reached' | 'needs_proof'

/** One check. What was wanted and what was there is short and printable: no token, no part of a signature. */
export type Check = { readonly check: CheckName; readonly expected?: string; readonly received?: string } & (
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly reason: FailureReason }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason }
)

/** What a guard would decide, and why. */
export interface Explanation {
  /** `undecided`: nothing is wrong, but not all could be checked. */
  readonly decision: 'passes' | 'refused' | 'undecided'
  /** The first check that failed is what the guard's `onReject` would tell; the verifier makes none after it. */
  readonly reason: FailureReason | undefined
  readonly checks: readonly Check[]
  /** As sent: proven by nothing unless the signature was checked. Any text may stand in it: escape it before it meets a terminal. */
  readonly header: JsonObject | undefined
  /** The same. */
  readonly claims: JsonObject | undefined
}
