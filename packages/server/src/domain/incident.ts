/** A code or refresh token that was used twice: one of the two who had it should not have had it. */

/** What is known of a request. Never a token, nor a part of one. */
export interface RequestFacts {
  readonly requestId: string
  /** The IP address that it came from. */
  readonly address: string
  /** Printable, and cut to 200 characters. `null` when it named none. */
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
  /** The request that used it again, was refused, and gives the incident its name. */
  readonly second: RequestFacts
}
