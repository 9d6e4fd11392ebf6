/** The options of a client. */
import type { Fetch } from '../oauth/request-json.ts'
import type { TokenStorage } from '../tokens/storage.ts'

/** What `createClient` takes. Times are in seconds. */
export interface ClientOptions {
  /** The issuer's URL, exactly as its metadata says it. https, or http on loopback. */
  readonly issuer: string
  /** As registered with the issuer. */
  readonly clientId: string
  /**
   * Of a confidential client: sent as `client_secret_basic` (RFC 6749 §2.3.1). Never give one to what runs in a browser.
   * @default a public client
   */
  readonly clientSecret?: string
  /** Where the browser comes back to after a log-in, exactly as registered. Needed for log-ins, unless each names its own. */
  readonly redirectUri?: string
  /**
   * Where the browser comes back to after log-out, exactly as registered.
   * @default the issuer's own page
   */
  readonly postLogoutRedirectUri?: string
  /**
   * Scopes to ask for, between spaces.
   * @default 'openid'
   */
  readonly scope?: string
  /**
   * The APIs that the tokens are meant for (RFC 8707).
   * @default what the issuer chooses
   */
  readonly resource?: string | readonly string[]
  /**
   * Where tokens are kept.
   * @default sessionStorage in a page, else memory
   */
  readonly storage?: TokenStorage
  /**
   * URLs under which `client.fetch` may send the token.
   * @default those of `resource` that are http(s) URLs, or without `resource` the issuer's origin
   */
  readonly apis?: string | readonly string[]
  /**
   * How far the issuer's clock and this one may be apart, at most 60.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * Sends all requests.
   * @default the runtime's fetch
   */
  readonly fetch?: Fetch
  /**
   * Answers the time in seconds since the epoch.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
}
