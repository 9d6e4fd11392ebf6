/** The errors that a client can cause, and the one table of their responses (RFC 6749 §5.2, RFC 6750 §3.1). */
import type { Reason } from './reasons.ts'

interface ErrorResponse {
  readonly status: number
  /** The value of `error` on the wire, if it differs from the code. */
  readonly error?: string
  /** The `WWW-Authenticate` value. */
  readonly challenge?: string
}

/** The stable codes of errors. */
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

const responses: Readonly<Record<ErrorCode, ErrorResponse>> = {
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
  // RFC 6749 §4.1.2.1: sent to the redirect URI. The status is for a page.
  access_denied: { status: 403 },
  // Not an error of OAuth: another site sent one of our forms.
  forbidden: { status: 403 },
  // The tutorial responds to a wrong password with 401 and a Bearer challenge. RFC 6749 §5.2 defines the error.
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

/** The response to a code: HTTP status, `error` on the wire, challenge. */
export function responseOf(code: ErrorCode): ErrorResponse & { readonly error: string } {
  return { error: code, ...responses[code] }
}

export interface ErrorDetails {
  /** A stable word in the trace, the log and `countersign why`. The client sees it only if it is public. */
  readonly reason: Reason
  /** What the failed check expected and received: short, redacted. For the operator. */
  readonly expected?: string
  readonly received?: string
  /** Extra response headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A rejection. `description` is for the client's developer: without secrets, without the client's input. */
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
