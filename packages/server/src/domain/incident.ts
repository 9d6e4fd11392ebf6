/**
 * What an operator should look at: a code or refresh token that was used twice, since one of the two programs that had it stole it; or
 * many wrong client secrets, codes or tokens.
 */

/** What is stored about a request. Never a token, nor a part of one. */
export interface RequestFacts {
  readonly requestId: string
  /** The IP address that it came from. */
  readonly address: string
  /** Printable, at most 200 characters. `null` without the header. */
  readonly userAgent: string | null
  readonly happenedAt: number
}

export type ReuseKind = 'refresh_token_reused' | 'code_replayed'

/** The other two: so many wrong client secrets, codes or tokens of one client, or from one address. Nothing was revoked. */
export type IncidentKind = ReuseKind | 'client_budget_exhausted' | 'address_budget_exhausted'

export interface Incident {
  readonly kind: IncidentKind
  /** The grant that was revoked. Empty when none was. */
  readonly grantId: string
  /** Of the last request. Empty when there is no such client. */
  readonly clientId: string
  /** Empty when no grant was revoked. */
  readonly userId: string
  /** The request that used it first. The same as `second` when nothing was used twice. */
  readonly first: RequestFacts
  /** The request that used it again and was rejected. Its id names the incident. */
  readonly second: RequestFacts
}
