/** What `explain` returns: the checks in their order, and the decision. */
import type { TokenCheckName } from '../jwt/checks.ts'
import type { JsonObject } from '../jwt/strict-json.ts'
import type { TokenRejectionReason } from '../token-rejection.ts'

/** The verifier's checks, in its order, then the guard's. A check with the name of a claim is about that claim. */
export type CheckName =
  | TokenCheckName
  /** Whether the token is bound to a key of the client (RFC 9449, RFC 8705). */
  | 'cnf'
  /** Whether the token has the required scopes. */
  | 'granted'

/** The reason for which a guard would reject the token. */
export type FailureReason = TokenRejectionReason | 'scope_missing'

/**
 * - `no_keys`: no keys were given
 * - `not_set`: there is no setting to compare with, so a guard with these settings accepts any value
 * - `not_reached`: it depends on a check that failed or was skipped
 * - `needs_proof`: only a request can show it: the token is bound to a key, and passes only a guard with `dpop`, with a proof
 */
export type SkipReason = 'no_keys' | 'not_set' | 'not_reached' | 'needs_proof'

/** One check. `expected` and `received` are short and printable: no token, no part of a signature. */
export type Check = { readonly check: CheckName; readonly expected?: string; readonly received?: string } & (
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly reason: FailureReason }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason }
)

/** What a guard would decide, and why. */
export interface Explanation {
  /** `undecided`: no check failed, but some could not be made. */
  readonly decision: 'passes' | 'rejected' | 'undecided'
  /** The reason of the first check that failed: that of the guard's rejection. */
  readonly reason: FailureReason | undefined
  readonly checks: readonly Check[]
  /** As sent: not proven unless the signature passed. It may contain any text: escape it before you write it to a terminal. */
  readonly header: JsonObject | undefined
  /** The same for the claims. */
  readonly claims: JsonObject | undefined
}
