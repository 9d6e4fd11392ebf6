/** A token that passed every check. */
import type { TokenReading } from './checks.ts'
import { freezeJson } from './freeze-json.ts'

/** Deeply frozen: one object may serve many requests. */
export interface VerifiedToken {
  /** The subject of the token: `sub` (RFC 7519 §4.1.2). */
  readonly subject: string
  /** The granted scopes, each once; `undefined` when the token has no `scope` (RFC 8693 §4.2). */
  readonly scopes: readonly string[] | undefined
  /** The client that the token was issued to: `client_id` (RFC 8693 §4.3). */
  readonly clientId: string | undefined
  /** The token's id, for revocation: `jti` (RFC 7519 §4.1.7). The token's text is not an id: several signatures may fit one token. */
  readonly tokenId: string | undefined
  /** When the token expires, in seconds since the epoch: `exp`, which may have a fraction. */
  readonly expiresAt: number
  /** All claims as signed, without members named `__proto__`. */
  readonly claims: Readonly<Record<string, unknown>>
}

export function toVerifiedToken({ payload, exp, sub, scope, client_id, jti }: TokenReading): VerifiedToken {
  const claims = freezeJson(payload)
  return Object.freeze({ subject: sub, scopes: scope, clientId: client_id, tokenId: jti, expiresAt: exp, claims })
}
