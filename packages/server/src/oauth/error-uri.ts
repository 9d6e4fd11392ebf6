/** Where a client reads about its rejection: `error_uri` (RFC 6749 §5.2). */
import type { ErrorCode } from './errors.ts'
import { type Reason, reasons } from './reasons.ts'

/** Codes whose causes help who guesses accounts, clients, codes or tokens: no reason behind them is ever public. */
const guarded: ReadonlySet<ErrorCode> = new Set([
  'invalid_client',
  'invalid_grant',
  'incorrect_login',
  'invalid_token',
  'too_many_requests',
  'forbidden',
  'server_error',
])

/** The word that a client may be pointed to: the reason where it is public, the code that many reasons share elsewhere. */
export function publicAnchor(rejection: { readonly code: ErrorCode; readonly reason: Reason }): Reason | ErrorCode {
  const { code, reason } = rejection
  return reasons[reason].isPublic && !guarded.has(code) ? reason : code
}

/** The address of the rejection's entry on the page that `/errors` serves. */
export function errorUri(issuer: string, rejection: { readonly code: ErrorCode; readonly reason: Reason }): string {
  // RFC 6749 §5.2: error_uri MUST conform to the URI-reference syntax. An issuer as configured may hold other characters.
  const base = new URL(issuer).href.replace(/\/$/, '')
  return `${base}/errors#${publicAnchor(rejection)}`
}
