/** Where a client reads about an error: `error_uri` (RFC 6749 §5.2). */
import type { ErrorCode } from './errors.ts'
import { type Reason, reasons } from './reasons.ts'

/** Codes whose reasons would help an attacker to guess accounts, clients, codes or tokens: these reasons are never public. */
const guarded: ReadonlySet<ErrorCode> = new Set([
  'invalid_client',
  'invalid_grant',
  'incorrect_login',
  'invalid_token',
  'too_many_requests',
  'forbidden',
  'server_error',
])

/** The word that `error_uri` names: the reason if it is public, otherwise the code. */
export function publicAnchor(rejection: { readonly code: ErrorCode; readonly reason: Reason }): Reason | ErrorCode {
  const { code, reason } = rejection
  return reasons[reason].isPublic && !guarded.has(code) ? reason : code
}

/** The address of the entry on the page `/errors`. */
export function errorUri(issuer: string, rejection: { readonly code: ErrorCode; readonly reason: Reason }): string {
  // RFC 6749 §5.2: error_uri MUST conform to the URI-reference syntax. The configured issuer may contain other characters.
  const base = new URL(issuer).href.replace(/\/$/, '')
  return `${base}/errors#${publicAnchor(rejection)}`
}
