/** A refresh token as it is kept (RFC 6749 §1.5): each is good for one use, which makes its successor. */
import type { RequestFacts } from './incident.ts'

/** What became of a token. */
export interface RefreshTokenUse {
  /** What the access token was narrowed to. */
  readonly scopes: readonly string[]
  /** The same: the resource servers that it was for. None: this server itself. */
  readonly resources: readonly string[]
  readonly request: RequestFacts
}

export interface RefreshToken {
  readonly grantId: string
  readonly createdAt: number
  /** When it ends unless it is used. Never after its grant. */
  readonly expiresAt: number
  /** Its first use; `null` until then. */
  readonly use: RefreshTokenUse | null
}
