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
  readonly expected?: string
  readonly received?: string

  constructor(reason: RejectionReason, facts: RejectionFacts = {}) {
    super(reason, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.reason = reason
    if (facts.expected !== undefined) this.expected = facts.expected
    if (facts.received !== undefined) this.received = facts.received
  }
}

const longestDescription = 64

/** Tells a value of unknown origin in at most 64 printable ASCII characters, so that it can forge no log line. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return describeText(value)
    case 'undefined':
      return 'absent'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? `array of ${value.length}` : 'object'
    case 'number':
    case 'boolean':
      return String(value)
    default:
      return typeof value
  }
}

function describeText(text: string): string {
  // Cut first: what follows then costs the same for a text of any length.
  const shown = JSON.stringify(text.slice(0, longestDescription)).replace(/[^\x20-\x7e]/g, escapeCharacter)
  if (text.length <= longestDescription && shown.length <= longestDescription) return shown
  return `${shown.slice(0, longestDescription - 4)}..."`
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
