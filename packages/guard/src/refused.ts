/** Why a request was refused: the words for it, and what each is answered with (RFC 6750 §3.1). */
import type { RejectionFacts, RejectionReason } from './rejection.ts'
import type { ChallengeError } from './www-authenticate.ts'

/** A stable word for the first rule that a request broke; those of `TokenRejected` among them. */
export type RefusalReason =
  | RejectionReason
  | 'token_missing'
  | 'token_in_query'
  | 'authorization_malformed'
  | 'token_inactive'
  | 'token_revoked'
  | 'scope_missing'
  /** The token is bound to a key, and the request does not prove to have it (RFC 9449, RFC 8705). */
  | 'proof_missing'
  | 'proof_unsupported'
  | 'proof_invalid'
  | 'proof_replayed'
  /** The proof lacks a nonce that is good here; a fresh one goes with the answer. */
  | 'proof_nonce_needed'
  | 'token_unbound'
  /** Not the request's fault: what is needed to decide could not be fetched. */
  | 'issuer_unavailable'

/** Thrown inside the guard; `createGuard` turns it into a `Challenge`. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly reason: RefusalReason
  readonly expected: string | undefined
  readonly received: string | undefined
  /** What the answer's headers have besides, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>

  constructor(reason: RefusalReason, facts: RejectionFacts = {}, headers: Readonly<Record<string, string>> = {}) {
    super(reason, facts)
    this.reason = reason
    this.expected = facts.expected
    this.received = facts.received
    this.headers = headers
  }
}

/** What a reason is answered with, before the guard's settings add to it. */
export interface RefusalAnswer {
  readonly status: 400 | 401 | 403 | 503
  /** RFC 6750 §3.1; none when the request brought no token, and none with 503. */
  readonly error?: ChallengeError
  /** A sentence for the client's developer, which tells an attacker nothing. */
  readonly description: string
  /** The FastAPI tutorial's words for it. */
  readonly detail: string
}

const notAuthenticated = {
  status: 401,
  description: 'An access token is needed: Authorization: Bearer <token>',
  detail: 'Not authenticated',
} as const
const credentials = 'Could not validate credentials'
// RFC 6750 §3.1: expired, revoked, malformed, or invalid for other reasons.
const invalidToken = {
  status: 401,
  error: 'invalid_token',
  description: 'The access token is malformed, revoked, or not for this API',
  detail: credentials,
} as const
const invalidProof = {
  status: 401,
  error: 'invalid_dpop_proof',
  description: 'The DPoP proof is missing, invalid or used before',
  detail: credentials,
} as const
const unavailable = {
  status: 503,
  description: 'The access token can not be checked now; try again later',
  detail: 'Service Unavailable',
} as const

// A Map, so that no text ("__proto__") finds what was not put in.
const answers: ReadonlyMap<string, RefusalAnswer> = new Map(
  Object.entries({
    token_missing: notAuthenticated,
    token_in_query: {
      ...notAuthenticated,
      description: 'The access token goes into the Authorization header, never into the URL',
    },
    authorization_malformed: {
      status: 400,
      error: 'invalid_request',
      description: 'The Authorization header must be Bearer, one space and one token',
      detail: credentials,
    },
    token_expired: { ...invalidToken, description: 'The access token expired' },
    scope_missing: {
      status: 403,
      error: 'insufficient_scope',
      description: 'The access token lacks a scope that is needed here',
      detail: 'Not enough permissions',
    },
    proof_missing: invalidProof,
    proof_invalid: invalidProof,
    proof_replayed: invalidProof,
    // RFC 9449 §9: the nonce itself is in the header DPoP-Nonce.
    proof_nonce_needed: {
      ...invalidProof,
      error: 'use_dpop_nonce',
      description: 'The DPoP proof must have the nonce of DPoP-Nonce',
    },
    issuer_unavailable: unavailable,
    verification_failed: unavailable,
  } satisfies Partial<Record<RefusalReason, RefusalAnswer>>),
)

/** What a request that was refused for this reason is answered with. */
export function answerOf(reason: RefusalReason): RefusalAnswer {
  return answers.get(reason) ?? invalidToken
}
