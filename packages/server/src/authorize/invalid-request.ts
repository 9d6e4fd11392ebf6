/** The error of a parameter of an authorization request that is missing, malformed or not supported (RFC 6749 §4.1.2.1). */
import { OAuthError } from '../oauth/errors.ts'
import type { Reason } from '../oauth/reasons.ts'

export function invalidRequest(description: string, reason: Reason, expected?: string, received?: string): OAuthError {
  return new OAuthError('invalid_request', description, {
    reason,
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
  })
}
