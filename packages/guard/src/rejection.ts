/** Why a token was refused, told in words that are safe to log: never the token, never a part of its signature. */

/** A stable word for the first rule that a token broke, in the order in which the rules are checked. */
export type RejectionReason =
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
  /** Not the token's fault: a key, the clock or the runtime failed. The token is refused all the same. */
  | 'verification_failed'

/** What a rejection may tell beside its reason. */
export interface RejectionFacts {
  /** What the verifier wanted, short and printable. */
  readonly expected?: string
  /** What the token had, short and printable: see `describeValue`. */
  readonly received?: string
  /** The failure underneath, if any. */
  readonly cause?: unknown
}

/**
 * Thrown when a token is refused. `reason` is a stable snake_case word; `expected` and `received` are short, printable facts.
 * For logs and traces: a client is told `invalid_token` and no more (RFC 6750 §3.1).
 */
export class TokenRejected extends Error {
  override readonly name = 'TokenRejected'
  readonly reason: RejectionReason
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(reason: RejectionReason, facts: RejectionFacts = {}) {
    // An Error takes the cause, where there is one.
    super(reason, facts)
    this.reason = reason
    this.expected = facts.expected
    this.received = facts.received
  }
}

/** A rejection of what was read: it tells what was wanted, and describes what was there. */
export function mismatch(reason: RejectionReason, expected: string, value: unknown): TokenRejected {
  return new TokenRejected(reason, { expected, received: describeValue(value) })
}

const longestDescription = 64

/** Tells a value of unknown origin in at most 64 printable ASCII characters, so that it can forge no log line. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return describeText(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  if (Array.isArray(value)) return `array of ${value.length}`
  return value === undefined ? 'absent' : typeof value
}

function describeText(text: string): string {
  // Cut first: what follows then costs the same for a text of any length.
  const shown = JSON.stringify(text.slice(0, longestDescription)).replace(/[^\x20-\x7e]/g, escapeCharacter)
  return shown.length <= longestDescription ? shown : `${shown.slice(0, longestDescription - 4)}..."`
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
