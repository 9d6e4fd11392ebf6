/** What the protocol functions need to know about a client and its issuer. */
import type { IssuerMetadata } from './metadata.ts'
import type { Fetch } from './request-json.ts'

export interface OAuthConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly redirectUri?: string
  readonly postLogoutRedirectUri?: string
  readonly scope: string
  readonly resources: readonly string[]
  /** Hosts that may be reached by http. */
  readonly unsafeHttpHosts?: readonly string[]
  /** In seconds. */
  readonly clockTolerance: number
  readonly fetch: Fetch
  /** Returns the time in seconds since the epoch. */
  readonly now: () => number
  /** What the issuer publishes about itself (RFC 8414); fetched at most once an hour. @throws ClientError */
  readonly metadata: () => Promise<IssuerMetadata>
}
