/** The response to a rejected request: status, challenge and body (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1). */
import type { SenderConstraint } from './dpop/sender-constraint.ts'
import { Rejection, type RejectionResponse } from './rejection.ts'
import { isScope } from './scope.ts'
import { type RejectionReason, TokenRejection } from './token-rejection.ts'
import { type ChallengeError, type ChallengeParameters, formatChallenge } from './www-authenticate.ts'

/** The settings of a guard that its responses show. */
export interface ResponseSettings {
  readonly realm: string | undefined
  readonly compat: 'fastapi' | undefined
  readonly dpop: SenderConstraint | undefined
  /** The URL of the resource's metadata. */
  readonly metadataUrl: string | undefined
}

/** The response to a reason, before the guard's settings add to it. */
interface ReasonResponse {
  readonly status: RejectionResponse['status']
  /** RFC 6750 §3.1; none when the request has no token, and none with 503. */
  readonly error?: ChallengeError
  /** A sentence for the client's developer that tells an attacker nothing. */
  readonly description: string
  /** The text of the FastAPI tutorial. */
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
  description: 'The access token cannot be checked now; try again later',
  detail: 'Service Unavailable',
} as const

// A Map: a reason such as "__proto__" finds nothing.
const responses: ReadonlyMap<string, ReasonResponse> = new Map(
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
    token_sent_twice: {
      status: 400,
      error: 'invalid_request',
      description: 'The access token goes into the Authorization header alone, never into the URL as well',
      detail: credentials,
    },
    token_expired: { ...invalidToken, description: 'The access token expired' },
    scope_missing: {
      status: 403,
      error: 'insufficient_scope',
      description: 'The access token lacks a scope that is needed here',
      detail: 'Not enough permissions',
    },
    claim_mismatch: {
      status: 403,
      error: 'insufficient_scope',
      description: 'The access token lacks a claim that is needed here',
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
  } satisfies Partial<Record<RejectionReason, ReasonResponse>>),
)

/** In seconds. */
const retryAfter = '5'

const headers = {
  'content-type': 'application/json',
  // RFC 6750 §5.2, RFC 9111 §3.5: no cache may give this response to another client.
  'cache-control': 'no-store',
}

/** @param scopes the scopes that the route requires */
export function toRejection(error: unknown, scopes: readonly string[], settings: ResponseSettings): Rejection {
  const rejection = toTokenRejection(error)
  const response = responses.get(rejection.reason) ?? invalidToken
  const { status, challenge, body } =
    settings.compat === 'fastapi' ? respondLikeFastApi(response, scopes) : respondByStandard(response, scopes, settings)
  const next: RejectionResponse['headers'] =
    status === 503 ? { 'retry-after': retryAfter } : { 'www-authenticate': challenge }
  return new Rejection({ status, headers: { ...headers, ...next, ...rejection.headers }, body }, rejection)
}

/** Whatever fails, the request does not pass. */
function toTokenRejection(error: unknown): TokenRejection<RejectionReason> {
  return error instanceof TokenRejection ? error : new TokenRejection('verification_failed', { cause: error })
}

interface Content extends Pick<RejectionResponse, 'status' | 'body'> {
  readonly challenge: string
}

/** As the tutorial: always 401; `get_current_user` names the scopes of the route, the code that reads the header does not. */
function respondLikeFastApi({ status, error, detail }: ReasonResponse, scopes: readonly string[]): Content {
  const challenge = formatChallenge({ scope: error && formatScopes(scopes) })
  return { status: status === 503 ? 503 : 401, body: { detail }, challenge }
}

function respondByStandard(
  { status, error, description }: ReasonResponse,
  scopes: readonly string[],
  { realm, dpop, metadataUrl }: ResponseSettings,
): Content {
  const body = { ...(error && { error }), error_description: description }
  const parameters: ChallengeParameters = {
    realm,
    // RFC 6750 §3.1: no error code or other error information for a request without credentials.
    error,
    errorDescription: error && description,
    scope: formatScopes(scopes),
    resourceMetadata: metadataUrl,
  }
  if (dpop === undefined) return { status, body, challenge: formatChallenge(parameters) }
  const scheme = { scheme: 'DPoP', algs: dpop.algorithms.join(' ') } as const
  const isProofError = error === 'invalid_dpop_proof' || error === 'use_dpop_nonce'
  // RFC 9449 §7.2: a challenge for each accepted scheme; the first one has the error.
  const challenge =
    dpop.isRequired || isProofError
      ? formatChallenge({ ...parameters, ...scheme })
      : `${formatChallenge(parameters)}, ${formatChallenge(scheme)}`
  return { status, body, challenge }
}

/** All scopes of the route in one challenge (RFC 6750 §3). Values that are not scopes caused the rejection, and are left out. */
function formatScopes(scopes: readonly string[]): string | undefined {
  return scopes.length > 0 && scopes.every(isScope) ? scopes.join(' ') : undefined
}
