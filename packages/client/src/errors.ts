/** What went wrong between this client, the issuer and the browser. The messages are safe to show and to log. */

/** Stable codes for what went wrong. */
export type ClientErrorCode =
  /** The issuer did not respond: no connection, a timeout, or CORS in a browser. */
  | 'network_error'
  | 'redirect_rejected'
  | 'response_too_large'
  /** A response that the standard does not allow. */
  | 'response_invalid'
  | 'metadata_invalid'
  /** Metadata, a response or an ID token comes from an unexpected issuer. */
  | 'issuer_mismatch'
  /** The issuer has no such endpoint. */
  | 'endpoint_missing'
  | 'pkce_unsupported'
  /** The browser came back with parameters that the standard does not allow. */
  | 'callback_invalid'
  /** The browser came back with the response to another login, or to one that is already complete. */
  | 'state_mismatch'
  | 'login_too_old'
  /** The issuer responded to the login with an error, which is in `error`. */
  | 'authorization_failed'
  /** The issuer responded to a request with an error, which is in `error`. */
  | 'request_rejected'
  | 'id_token_invalid'
  /** There are no tokens, or they cannot be renewed any more. */
  | 'login_required'
  /** A URL that the token must not be sent to. */
  | 'api_not_allowed'
  /** Tokens that are too long for cookies. */
  | 'session_too_large'
  /** Renewed tokens could not be stored; they are kept in memory. */
  | 'storage_failed'
  /** Another process keeps the stored tokens locked. */
  | 'storage_locked'
  | 'storage_unreadable'
  /** Other users may read or replace the file of the tokens. */
  | 'storage_unsafe'
  | 'port_taken'

/** Details beside the code. None of them is a token, an authorization code, a password or a secret. */
export interface ClientErrorDetails {
  /** What the client expected, in a few words. */
  readonly expected?: string
  /** What it received instead, in a few words. */
  readonly received?: string
  /** The status of the issuer's response. */
  readonly status?: number
  /** The error code of the issuer, such as `access_denied` (RFC 6749 §4.1.2.1, §5.2). */
  readonly error?: string | undefined
  readonly cause?: unknown
}

/**
 * Every error of a client, except for wrong options, which are a `TypeError`. The message says what to do. When an API does not
 * respond, `client.fetch` throws the error of `fetch` itself.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode
  declare readonly expected?: string
  declare readonly received?: string
  declare readonly status?: number
  declare readonly error?: string

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message, details)
    this.code = code
    Object.assign(this, details)
  }
}

/** @param received the issuer that was found, if any */
export function issuerMismatch(message: string, expected: string, received: string | null | undefined): ClientError {
  return new ClientError('issuer_mismatch', message, { expected, received: received?.slice(0, 200) ?? 'none' })
}

/** Whether the same request may succeed later: there was no response, or one that reports overload or failure (RFC 9110 §15.6, RFC 6585 §4). */
export function isOutage(error: unknown): error is ClientError {
  return error instanceof ClientError && (error.code === 'network_error' || /^(429|5..)$/.test(String(error.status)))
}

/** Whether the grant, such as a refresh token, is no longer valid (RFC 6749 §5.2). */
export function isInvalidGrant(error: unknown): error is ClientError {
  return error instanceof ClientError && error.error === 'invalid_grant'
}

/** Whether the user has to log in again. */
export function isLoginRequired(error: unknown): error is ClientError {
  return error instanceof ClientError && error.code === 'login_required'
}
