/** Writes challenges: the WWW-Authenticate header of a rejected request (RFC 6750 §3). */
import { parseScope, scopeText } from './scope.ts'

/** The content of a challenge. For a request without credentials it is only `Bearer` (RFC 6750 §3.1). */
export interface ChallengeParameters {
  /** The authentication scheme. @default 'Bearer' */
  readonly scheme?: 'Bearer' | 'DPoP' | undefined
  /** The protected area, for people (RFC 9110 §11.5). */
  readonly realm?: string | undefined
  /** Why the request is rejected (RFC 6750 §3.1). */
  readonly error?: ChallengeError | undefined
  /** A sentence for the client's developer (RFC 6750 §3). */
  readonly errorDescription?: string | undefined
  /** The scopes that the resource requires, separated by spaces (RFC 6750 §3). */
  readonly scope?: string | undefined
  /** The URL of the protected resource metadata (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined
  /** The signature algorithms of DPoP proofs, separated by spaces (RFC 9449 §7.1). */
  readonly algs?: string | undefined
}

/** RFC 6750 §3.1; the last two RFC 9449 §7.1 and §9. */
export type ChallengeError =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'

/** @throws TypeError when the value is not allowed in a challenge */
export function requireAttributeValue(name: string, value: unknown): void {
  // RFC 6750 §3: values MUST NOT include characters outside this set. The set has no quote, backslash or line break,
  // so a value cannot end its quoted string or the header.
  if (typeof value === 'string' && scopeText.test(value)) return
  throw new TypeError(`${name} must be printable ASCII without quotes and backslashes (RFC 6750 §3)`)
}

/**
 * The value of a WWW-Authenticate header, such as `Bearer error="insufficient_scope", scope="me items"`.
 *
 * @throws TypeError when a value has a character that is not allowed in the header, or the scope is malformed
 * @see RFC 6750 §3
 */
export function formatChallenge(parameters: ChallengeParameters = {}): string {
  const { scheme = 'Bearer', realm, error, errorDescription, scope, resourceMetadata, algs } = parameters
  // RFC 6749 §3.3: the value of scope must be a scope.
  if (scope !== undefined && parseScope(scope) === undefined) {
    throw new TypeError('scope must be scope tokens separated by spaces (RFC 6749 §3.3)')
  }
  const values = { realm, error, error_description: errorDescription, scope, resource_metadata: resourceMetadata, algs }
  const attributes = Object.entries(values).flatMap(([name, value]) => attribute(name, value))
  return `${scheme} ${attributes.join(', ')}`.trimEnd()
}

function attribute(name: string, value: string | undefined): readonly string[] {
  if (value === undefined) return []
  requireAttributeValue(name, value)
  return [`${name}="${value}"`]
}
