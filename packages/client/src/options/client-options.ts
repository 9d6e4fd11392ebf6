/** The options of a client. */
import type { Fetch } from '../oauth/request-json.ts'
import type { TokenStorage } from '../tokens/storage.ts'

/** What `createClient` takes. Times are in seconds. */
export interface ClientOptions {
  /** The issuer's URL, exactly as in its metadata: https, or http on loopback. */
  readonly issuer: string
  /** As registered with the issuer. */
  readonly clientId: string
  /**
   * Of a confidential client: sent as `client_secret_basic` (RFC 6749 §2.3.1). Never use one in a browser.
   * @default none: a public client
   */
  readonly clientSecret?: string
  /** Where the browser comes back to after a login, exactly as registered. Required for logins that do not name their own. */
  readonly redirectUri?: string
  /**
   * Where the browser comes back to after a logout, exactly as registered.
   * @default none: the browser stays on the issuer's page
   */
  readonly postLogoutRedirectUri?: string
  /**
   * The scopes to request, separated by spaces.
   * @default 'openid'
   */
  readonly scope?: string
  /**
   * The APIs that the tokens are for (RFC 8707).
   * @default the issuer chooses
   */
  readonly resource?: string | readonly string[]
  /**
   * Where to keep tokens.
   * @default sessionStorage in a page, otherwise memory
   */
  readonly storage?: TokenStorage
  /**
   * URLs under which `client.fetch` may send the token.
   * @default the values of `resource` that are http(s) URLs; without `resource`, the issuer's origin
   */
  readonly apis?: string | readonly string[]
  /**
   * The address of the issuer's metadata, if this program reaches the issuer at another address than browsers do. The document must still
   * name exactly the `issuer`.
   * @default the well-known places at the issuer
   */
  readonly metadataUrl?: string
  /**
   * Names of hosts to which requests may be sent by http, such as `keycloak` in Docker. Everyone between here and there can read the tokens and
   * secrets: only for hosts within a private network.
   * @default none: http only to loopback addresses
   */
  readonly unsafeHttpHosts?: readonly string[]
  /**
   * How much the issuer's clock and this one may differ in ID tokens, at most 300. When this clock is more wrong than that, the time of
   * the issuer's response counts.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * Sends all requests.
   * @default the runtime's fetch
   */
  readonly fetch?: Fetch
  /**
   * Returns the time in seconds since the epoch.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
}
