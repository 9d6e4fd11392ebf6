/** A refresh token as it is stored (RFC 6749 §1.5). Each works once, and its use makes its successor. */
import type { RequestFacts } from './incident.ts'

/** The first use of a token. */
export interface RefreshTokenUse {
  /** The scopes of the access token. */
  readonly scopes: readonly string[]
  /** The resource servers of the access token. None: this server itself. */
  readonly resources: readonly string[]
  readonly request: RequestFacts
}

export interface RefreshToken {
  readonly grantId: string
  readonly createdAt: number
  /** When it expires unused. Never after its grant. */
  readonly expiresAt: number
  /** Its first use; `null` until then. */
  readonly use: RefreshTokenUse | null
}
