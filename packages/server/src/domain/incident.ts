/** A code or refresh token that was used twice: one of the two programs that had it stole it. */

/** What is stored about a request. Never a token, nor a part of one. */
export interface RequestFacts {
  readonly requestId: string
  /** The IP address that it came from. */
  readonly address: string
  /** Printable, at most 200 characters. `null` without the header. */
  readonly userAgent: string | null
  readonly happenedAt: number
}

export type IncidentKind = 'refresh_token_reused' | 'code_replayed'

export interface Incident {
  readonly kind: IncidentKind
  /** The grant that was revoked. */
  readonly grantId: string
  readonly clientId: string
  readonly userId: string
  /** The request that used it first. */
  readonly first: RequestFacts
  /** The request that used it again and was rejected. Its id names the incident. */
  readonly second: RequestFacts
}
