/** Writes the WWW-Authenticate header that answers a refused request (RFC 6750 §3). */
import { parseScope } from './scope.ts'

/** What a challenge says. A request without credentials gets none of it: `Bearer` alone (RFC 6750 §3.1). */
export interface ChallengeParameters {
  /** The scheme that is asked for. @default 'Bearer' */
  readonly scheme?: 'Bearer' | 'DPoP'
  /** The protected area, for people (RFC 9110 §11.5). */
  readonly realm?: string
  /** Why the request was refused (RFC 6750 §3.1). */
  readonly error?: ChallengeError
  /** A sentence for the client's developer (RFC 6750 §3). */
  readonly errorDescription?: string
  /** The scopes that the resource asks for, separated by spaces (RFC 6750 §3). */
  readonly scope?: string
  /** Where the protected resource metadata is (RFC 9728 §5.1). */
  readonly resourceMetadata?: string
  /** The signature algorithms of DPoP proofs, separated by spaces (RFC 9449 §7.1). */
  readonly algs?: string
}

/** RFC 6750 §3.1; the last two RFC 9449 §7.1 and §9. */
export type ChallengeError =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'

/** Whether a value can stand in a challenge. */
export function isAttributeValue(value: unknown): boolean {
  // RFC 6750 §3: values MUST NOT include characters outside this set. It has no quote, backslash or line break,
  // so a value can neither end its quoted string nor the header.
  return typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value)
}

/**
 * Answers the value of a WWW-Authenticate header, such as `Bearer error="insufficient_scope", scope="me items"`.
 *
 * @throws TypeError when a value has a character that the header may not carry, or the scope is malformed
 * @see RFC 6750 §3
 */
export function formatChallenge(parameters: ChallengeParameters = {}): string {
  const { scheme = 'Bearer', realm, error, errorDescription, scope, resourceMetadata, algs } = parameters
  // RFC 6749 §3.3: what stands in scope must itself be a scope.
  if (scope !== undefined && parseScope(scope) === undefined) {
    throw new TypeError('scope must be scope tokens separated by spaces (RFC 6749 §3.3)')
  }
  const attributes = [
    ...attribute('realm', realm),
    ...attribute('error', error),
    ...attribute('error_description', errorDescription),
    ...attribute('scope', scope),
    ...attribute('resource_metadata', resourceMetadata),
    ...attribute('algs', algs),
  ]
  return [scheme, attributes.join(', ')].filter(Boolean).join(' ')
}

function attribute(name: string, value: string | undefined): readonly string[] {
  if (value === undefined) return []
  if (!isAttributeValue(value)) {
    throw new TypeError(`${name} must be printable ASCII without quotes and backslashes (RFC 6750 §3)`)
  }
  return [`${name}="${value}"`]
}
