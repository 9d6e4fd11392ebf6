/** Why a token or a request is rejected, in words that are safe to log: never the token, never a part of its signature. */
import { describeValue } from './describe.ts'

/** A stable word for the first check of a token that failed, in the order of the checks. */
export type TokenRejectionReason =
  | 'token_malformed'
  | 'token_too_long'
  | 'header_invalid'
  | 'key_unknown'
  | 'algorithm_mismatch'
  | 'type_mismatch'
  | 'payload_invalid'
  | 'signature_mismatch'
  | 'expiry_missing'
  | 'expiry_invalid'
  | 'token_expired'
  | 'expiry_too_far'
  | 'not_before_invalid'
  | 'issued_at_invalid'
  | 'token_not_yet_valid'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'subject_invalid'
  | 'client_id_invalid'
  | 'token_id_invalid'
  | 'scope_invalid'
  /** Not the token's fault: a key, the clock or the runtime failed. The token is rejected all the same. */
  | 'verification_failed'

/** A stable word for the first check that failed: one of the token's, or one of the request's. */
export type RejectionReason =
  | TokenRejectionReason
  | 'token_missing'
  | 'token_in_query'
  | 'token_sent_twice'
  | 'authorization_malformed'
  | 'token_inactive'
  | 'token_revoked'
  | 'scope_missing'
  | 'claim_mismatch'
  /** The token is bound to a key, and the request does not prove possession of it (RFC 9449, RFC 8705). */
  | 'proof_missing'
  | 'proof_unsupported'
  | 'proof_invalid'
  | 'proof_replayed'
  /** The proof has no valid nonce; the response carries a new one. */
  | 'proof_nonce_needed'
  | 'token_unbound'
  /** Not the request's fault: what is needed to decide could not be fetched. */
  | 'issuer_unavailable'

/** What a rejection may have besides its reason. */
export interface RejectionFacts {
  /** What the check expected, short and printable. */
  readonly expected?: string
  /** What the token or the request had, short and printable: see `describeValue`. */
  readonly received?: string
  /** The underlying failure, if any. */
  readonly cause?: unknown
}

/**
 * Thrown when a check fails. `reason` is a stable snake_case word; `expected` and `received` are short, printable facts.
 * For logs and traces: a client gets `invalid_token` and nothing more (RFC 6750 §3.1).
 */
export class TokenRejection<Reason extends RejectionReason = TokenRejectionReason> extends Error {
  override readonly name = 'TokenRejection'
  readonly reason: Reason
  readonly expected: string | undefined
  readonly received: string | undefined
  /** Additional headers of the guard's response, by lower-case name. */
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(reason: Reason, facts: RejectionFacts = {}, headers?: Readonly<Record<string, string>>) {
    // Error takes the cause from the facts, if there is one.
    super(reason, facts)
    this.reason = reason
    this.expected = facts.expected
    this.received = facts.received
    this.headers = headers
  }
}

/** A rejection that says what was expected and describes the value that was read. */
export function mismatch<Reason extends RejectionReason>(
  reason: Reason,
  expected: string,
  value: unknown,
): TokenRejection<Reason> {
  return new TokenRejection(reason, { expected, received: describeValue(value) })
}
