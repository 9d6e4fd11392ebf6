/** What a client did wrong, and the one table that says how each is answered (RFC 6749 §5.2, RFC 6750 §3.1). */
import type { Reason } from './reasons.ts'

interface Answer {
  readonly status: number
  /** The `error` word on the wire, where it differs from the code. */
  readonly error?: string
  /** The `WWW-Authenticate` value. */
  readonly challenge?: string
}

/** The stable words of rejections. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'login_required'
  | 'consent_required'
  | 'unmet_authentication_requirements'
  | 'access_denied'
  | 'forbidden'
  | 'incorrect_login'
  | 'not_authenticated'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'request_too_large'
  | 'target_too_long'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'headers_too_large'
  | 'server_error'
  | 'temporarily_unavailable'

const answers: Readonly<Record<ErrorCode, Answer>> = {
  invalid_request: { status: 400 },
  invalid_client: { status: 401, challenge: 'Basic realm="countersign"' },
  unauthorized_client: { status: 400 },
  unsupported_grant_type: { status: 400 },
  invalid_grant: { status: 400 },
  invalid_scope: { status: 400 },
  // RFC 8707 §2.
  invalid_target: { status: 400 },
  unsupported_response_type: { status: 400 },
  // RFC 7009 §2.2.1.
  unsupported_token_type: { status: 400 },
  // OpenID Connect Core §3.1.2.6: these and the four after them.
  request_not_supported: { status: 400 },
  request_uri_not_supported: { status: 400 },
  login_required: { status: 400 },
  consent_required: { status: 400 },
  // OpenID Connect Core Error Code unmet_authentication_requirements §3.
  unmet_authentication_requirements: { status: 400 },
  // RFC 6749 §4.1.2.1: goes to the redirect URI; the status is for where it is shown instead.
  access_denied: { status: 403 },
  // Not an error of OAuth: a form of ours that another site sent.
  forbidden: { status: 403 },
  // The tutorial answers a wrong password with 401 and a Bearer challenge; RFC 6749 §5.2 names the error.
  incorrect_login: { status: 401, error: 'invalid_grant', challenge: 'Bearer' },
  // RFC 6750 §3.1: a request without any authentication information gets no error code in the challenge.
  not_authenticated: { status: 401, challenge: 'Bearer' },
  invalid_token: { status: 401, challenge: 'Bearer error="invalid_token"' },
  insufficient_scope: { status: 403 },
  not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  request_timeout: { status: 408 },
  request_too_large: { status: 413 },
  target_too_long: { status: 414 },
  unsupported_media_type: { status: 415 },
  too_many_requests: { status: 429 },
  headers_too_large: { status: 431 },
  server_error: { status: 500 },
  temporarily_unavailable: { status: 503 },
}

/** How a code is answered: HTTP status, wire error word, challenge. */
export function responseOf(code: ErrorCode): Answer & { readonly error: string } {
  return { error: code, ...answers[code] }
}

export interface ErrorDetails {
  /** A stable word that the trace, the log and `countersign why` use; the client sees it only where it is public. */
  readonly reason: Reason
  /** What the failed check expected and what it got: short, redacted. For the operator. */
  readonly expected?: string
  readonly received?: string
  /** Extra response headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A rejection. `description` is for the client's developer: no secrets, no echo of input. */
export class OAuthError extends Error {
  readonly code: ErrorCode
  readonly reason: Reason
  readonly expected: string | undefined
  readonly received: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, description: string, details: ErrorDetails) {
    super(description, { cause: details.cause })
    this.name = 'OAuthError'
    this.code = code
    this.reason = details.reason
    this.expected = details.expected
    this.received = details.received
    this.headers = details.headers ?? {}
  }
}
