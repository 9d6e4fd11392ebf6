/** What a user granted to a client at one login: all its codes and tokens belong to it. */
import type { Authentication } from './authentication-context.ts'

/** Claims that the `claims` parameter requests by name (OIDC Core §5.5). */
export interface RequestedClaims {
  readonly idToken: readonly string[]
  readonly userInfo: readonly string[]
}

export interface Grant extends Authentication {
  readonly id: string
  readonly clientId: string
  readonly userId: string
  /** The browser session it came from: the `sid` of ID tokens. `null` for grants without a browser. */
  readonly sessionId: string | null
  readonly scopes: readonly string[]
  readonly claims: RequestedClaims
  /** The resource servers that its tokens may be for (RFC 8707 §2.1), as configured at the login. None: this server itself. */
  readonly resources: readonly string[]
  /** When the user proved who they are: `auth_time`. */
  readonly authenticatedAt: number
  readonly createdAt: number
  /** When it expires, used or not. None of its tokens expires later. */
  readonly expiresAt: number
  readonly revokedAt: number | null
}

/** Whether the grant continues after the browser session has ended (OIDC Core §11). */
export function isOffline(grant: Pick<Grant, 'scopes'>): boolean {
  return grant.scopes.includes('offline_access')
}
