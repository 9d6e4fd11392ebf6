/** What went wrong between this client, the issuer and the browser, in words that are safe to show and to log. */

/** A stable word for what went wrong. */
export type ClientErrorCode =
  /** The issuer gave no answer: no connection, no time left, or a browser's CORS rules. */
  | 'network_error'
  | 'redirect_refused'
  | 'answer_too_large'
  /** An answer that the standard does not allow. */
  | 'answer_invalid'
  | 'metadata_invalid'
  /** Metadata, an answer or an ID token is of another issuer than the one that was asked. */
  | 'issuer_mismatch'
  /** The issuer has no such endpoint. */
  | 'endpoint_missing'
  | 'pkce_unsupported'
  /** The browser came back with parameters that the standard does not allow. */
  | 'callback_invalid'
  /** The browser came back with the answer to another log-in, or to one that was answered before. */
  | 'state_mismatch'
  | 'login_too_old'
  /** The issuer answered the log-in with an error, which is in `error`. */
  | 'authorization_failed'
  /** The issuer answered a request with an error, which is in `error`. */
  | 'request_refused'
  | 'id_token_invalid'
  /** There are no tokens, or they can't be renewed any more. */
  | 'login_required'
  /** A URL that the token must not be sent to. */
  | 'api_not_allowed'
  /** Tokens that are too long to be kept in cookies. */
  | 'session_too_large'
  /** Renewed tokens could not be stored; they are kept in memory. */
  | 'storage_failed'
  /** Another process keeps the stored tokens locked. */
  | 'storage_locked'
  | 'storage_unreadable'
  /** Others may read what tokens are stored in. */
  | 'storage_unsafe'
  | 'port_taken'

/** What can be told beside the code. Nothing of it is a token, a code, a password or a secret. */
export interface ClientErrorFacts {
  /** What the client wanted, short. */
  readonly expected?: string
  /** What it got instead, short. */
  readonly received?: string
  /** The status of the issuer's answer. */
  readonly status?: number
  /** The issuer's own word for the error, such as `access_denied` (RFC 6749 §4.1.2.1, §5.2). */
  readonly error?: string | undefined
  readonly cause?: unknown
}

/**
 * Everything that a client throws by itself, but for wrong options, which are a `TypeError`. The message says what to do. When an
 * API gives no answer, that is the error of `fetch`.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode
  declare readonly expected?: string
  declare readonly received?: string
  declare readonly status?: number
  declare readonly error?: string

  constructor(code: ClientErrorCode, message: string, facts: ClientErrorFacts = {}) {
    super(message, facts)
    this.code = code
    Object.assign(this, facts)
  }
}

/** What is of another issuer than the one that was asked. @param received what stands there, if anything does */
export function issuerMismatch(message: string, expected: string, received: string | null | undefined): ClientError {
  return new ClientError('issuer_mismatch', message, { expected, received: received?.slice(0, 200) ?? 'none' })
}

/** Whether the same request may be answered well later: there was no answer, or one of overload or failure (RFC 9110 §15.6, RFC 6585 §4). */
export function isOutage(error: unknown): error is ClientError {
  return error instanceof ClientError && (error.code === 'network_error' || /^(429|5..)$/.test(String(error.status)))
}

/** Whether what the tokens were got with is good no more (RFC 6749 §5.2). */
export function isInvalidGrant(error: unknown): error is ClientError {
  return error instanceof ClientError && error.error === 'invalid_grant'
}

/** Whether only a login of the user helps. */
export function isLoginRequired(error: unknown): error is ClientError {
  return error instanceof ClientError && error.code === 'login_required'
}
