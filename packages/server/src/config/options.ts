/** The options, and the config that `resolve-options.ts` makes of them. */
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { AttributeDeclarations } from '../domain/attribute.ts'
import type { ClaimsOfScope } from '../domain/claims.ts'
import type { ClaimsHook } from '../domain/claims-hook.ts'
import type { DeclaredClient } from '../domain/client.ts'
import type { ClientDeclaration } from '../domain/client-metadata.ts'
import type { EventListener } from '../domain/event.ts'
import type { LoginName } from '../domain/login-name.ts'
import type { Scopes } from '../domain/scope.ts'
import type { DirectoryDeclaration } from '../users/directories/directory.ts'
import type { Brand, BrandOptions } from './brand-options.ts'

export interface Options {
  /**
   * Signs tokens under HS256, and seals the private keys of the other algorithms. At least 32 bytes. `undefined`, from a variable that is
   * missing, is an error.
   */
  secretKey: string | undefined
  /** The algorithm that signs access tokens. @default 'ES256' */
  algorithm?: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  /**
   * The algorithm that signs the ID tokens of clients that name none: of declared clients, and of clients that are registered from now on.
   * @default 'RS256'; in a database of an earlier version, for declared clients, that of access tokens (under HS256 'ES256')
   */
  idTokenAlgorithm?: AsymmetricAlgorithm
  /** Minutes that an access token lives. @default 30 */
  accessTokenExpireMinutes?: number
  /** The `iss` of tokens: an https URL, or http on a loopback host or one of `unsafeHttpHosts`. @default 'http://127.0.0.1:8000' */
  issuer?: string
  /**
   * `sqlite:` and a path, `postgres://user:password@host/database`, or `sqlite::memory:` for a database that ends with the process.
   * URLs of SQLAlchemy mean the same as there: `sqlite:///./app.db`, `postgresql+asyncpg://...`.
   * @default 'sqlite:./data/countersign.db'
   */
  databaseUrl?: string
  /** PostgreSQL: connections of this process at most; 2 to 1000. @default 10 */
  databasePoolSize?: number
  /** PostgreSQL: how many of the connections only reads use, so that a flood of logins never delays the checks of tokens. @default three tenths */
  databaseReserve?: number
  /** PostgreSQL: seconds that a query waits for a connection. Beyond that, the response is 503. @default 3 */
  databaseWaitTimeout?: number
  /** PostgreSQL: seconds that a statement may take. @default 3 */
  databaseStatementTimeout?: number
  /** PostgreSQL: seconds that a statement waits for a lock; at most `databaseStatementTimeout`. @default 1 */
  databaseLockTimeout?: number
  /**
   * `first-party` allows the password grant for requests without a client, and for clients that are registered for it. RFC 9700 §2.4:
   * the password grant MUST NOT be used. @default 'off'
   */
  passwordGrant?: 'off' | 'first-party'
  /**
   * What users log in with: the username, a verified e-mail address, or both. @default both; in a deployment that an earlier version began,
   * the username
   */
  loginWith?: readonly LoginName[]
  /** Declared clients, in addition to those that `countersign clients` registers in the database. @default [] */
  clients?: readonly ClientDeclaration[]
  /** The deployment's own scopes, each with the sentence that the consent page shows, or one for each language of the pages. @default {}, with `demo` the tutorial's `me` and `items` */
  scopes?: Scopes
  /**
   * Claims about users that the deployment defines, each with the scope that releases it and its type: `string`, `number`, `boolean`,
   * `array` or `object`. @default {}
   */
  attributes?: AttributeDeclarations
  /**
   * Rejects a login that requests a scope which is unknown or which the client cannot have. Otherwise such a scope is ignored (OpenID
   * Connect Core §3.1.2.1). @default false
   */
  strictScopes?: boolean
  /**
   * Requires PKCE also of confidential clients that send an OpenID Connect `nonce`. Otherwise that is enough, unless the client is
   * registered with `require_pkce`. @default false
   */
  strictPkce?: boolean
  /** The resource servers, in addition to this server, that clients may request access tokens for (RFC 8707): absolute URIs for `aud`. @default [] */
  resources?: readonly string[]
  /** Seconds that a client's former secret still works after its rotation. @default 86400, a day */
  clientSecretGrace?: number
  /** Seconds without use after which a refresh token expires. @default 1209600, 14 days */
  refreshTokenIdleLifetime?: number
  /** Seconds after the login when the last refresh token expires. @default 7776000, 90 days */
  refreshTokenLifetime?: number
  /** Seconds in which a refresh token may be used again, by a client that did not receive the response; 0 to 300. @default 30 */
  refreshTokenGrace?: number
  /** Seconds without use after which a session ends. @default 43200, 12 hours */
  sessionIdleLifetime?: number
  /** Seconds after the login when a session ends. @default 1209600, 14 days */
  sessionLifetime?: number
  /** Seconds that a key signs before the next one takes over; at least an hour. @default 7776000, 90 days */
  keyRotationInterval?: number
  /**
   * Returns claims to add to an access token, an ID token or the response of /userinfo. When it throws, takes longer than 3 seconds, or
   * returns a claim that the protocol defines or more than 4096 bytes of JSON, that request alone fails. @default adds none
   */
  claims?: ClaimsHook
  /** Is called with what happened: logins, grants, refreshes, revocations, incidents. No request waits for it. @default nothing */
  onEvent?: EventListener
  /**
   * Where users live who are not in the database: `mongoDirectory(...)`, `ldapDirectory(...)`, `sqlDirectory(...)`, `httpDirectory(...)`. Users of
   * the database come first, then the directories in their order. @default []
   */
  directories?: readonly DirectoryDeclaration[]
  /**
   * The path at which Prometheus reads metrics, such as `/metrics`: everybody who reaches the server can read them there. Needs the package
   * `prom-client`. @default none
   */
  metricsPath?: string
  /**
   * Whether each request makes a span of OpenTelemetry, which belongs to the trace of its `traceparent`. The program sets up the SDK. Needs the
   * package `@opentelemetry/api`. @default false
   */
  openTelemetry?: boolean
  /** What the pages look like. @default { name: 'Countersign' } */
  brand?: BrandOptions
  /** IP addresses or CIDR ranges of the proxies whose X-Forwarded-For or Forwarded (RFC 7239) is used. @default [] */
  trustedProxies?: readonly string[]
  /**
   * Seconds that a connection stays open without a request; 1 to 3600. Set it longer than the proxy keeps the connection, which otherwise may send a
   * request just when it is closed.
   * @default 65
   */
  keepAliveTimeout?: number
  /**
   * Seconds from the signal to stop until no more connections are accepted; 0 to 300. In this time `/readyz` is 503, so that load balancers find other
   * servers, and each response asks to close the connection. @default 5 under `countersign serve`, otherwise 0
   */
  shutdownDelay?: number
  /** Sends logout tokens to private and loopback addresses too: for clients in your own network. @default false */
  allowPrivateLogoutAddresses?: boolean
  /** Failed login attempts that an account may have in a window. As many wrong secrets or tokens of a client are an incident. @default 10 */
  accountFailureLimit?: number
  /** Failed login attempts that an address (IPv6: /64) may have in a window. As many wrong secrets or tokens are an incident. @default 300 */
  addressFailureLimit?: number
  /** Seconds that a window of failed login attempts lasts. @default 900 */
  failureWindow?: number
  /** Password checks that run at once. @default the number of cores */
  passwordWorkers?: number
  /** Password checks that may wait. Beyond that, the response to a login is 503. @default 32 for each of passwordWorkers */
  passwordQueueLimit?: number
  /** Serves the tutorial's users, items and scopes, a demo app, and the live trace. For development. @default false */
  demo?: boolean
  /** Accepts a short or well-known secretKey. For development. @default false */
  unsafeWeakSecretKey?: boolean
  /**
   * Hosts off loopback that the issuer and redirect URIs may have with http, such as the names of containers. Everybody on the way can read
   * passwords, codes and tokens. For development. @default []
   */
  unsafeHttpHosts?: readonly string[]
  /**
   * Settings of PostgreSQL that may be `off` under `countersign serve`: `fsync`, `full_page_writes`, `synchronous_commit`. A crash or a power
   * failure then undoes what was confirmed: a revoked token is valid again. @default []
   */
  unsafeDatabaseSettings?: readonly UnsafeDatabaseSetting[]
}

/** A setting of PostgreSQL without which it confirms a change that a crash or a power failure then undoes. */
export type UnsafeDatabaseSetting = 'fsync' | 'full_page_writes' | 'synchronous_commit'

/** The options after checks and defaults. */
export interface Config {
  readonly secretKey: string
  readonly algorithm: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  readonly idTokenAlgorithm: AsymmetricAlgorithm | undefined
  /** Seconds. */
  readonly accessTokenLifetime: number
  readonly issuer: string
  /** The path of the issuer, `''` or `/tenant`. Links and forms begin with it. */
  readonly basePath: string
  readonly databaseUrl: string
  readonly databasePoolSize: number
  readonly databaseReserve: number
  /** Seconds, as are the next two. */
  readonly databaseWaitTimeout: number
  readonly databaseStatementTimeout: number
  readonly databaseLockTimeout: number
  readonly passwordGrant: 'off' | 'first-party'
  readonly loginWith: readonly LoginName[] | undefined
  readonly clients: ReadonlyMap<string, DeclaredClient>
  /** Seconds, as are the next options up to `keyRotationInterval`. */
  readonly clientSecretGrace: number
  readonly refreshTokenIdleLifetime: number
  readonly refreshTokenLifetime: number
  readonly refreshTokenGrace: number
  readonly sessionIdleLifetime: number
  readonly sessionLifetime: number
  readonly keyRotationInterval: number
  readonly claims: ClaimsHook | undefined
  readonly onEvent: EventListener | undefined
  readonly directories: readonly DirectoryDeclaration[]
  readonly metricsPath: string | undefined
  readonly openTelemetry: boolean
  readonly brand: Brand
  readonly trustedProxies: readonly string[]
  /** Seconds, as is the next one. */
  readonly keepAliveTimeout: number
  readonly shutdownDelay: number
  readonly allowPrivateLogoutAddresses: boolean
  readonly accountFailureLimit: number
  readonly addressFailureLimit: number
  /** Seconds. */
  readonly failureWindow: number
  readonly passwordWorkers: number
  readonly passwordQueueLimit: number
  /** The deployment's own scopes, without those of OpenID Connect. */
  readonly scopes: Scopes
  readonly attributes: AttributeDeclarations
  /** The claims about users that each scope releases: the standard ones, and the attributes. */
  readonly claimsOfScope: ClaimsOfScope
  readonly strictScopes: boolean
  readonly strictPkce: boolean
  readonly resources: readonly string[]
  /** The scopes that the password grant gives when none is requested. */
  readonly defaultScopes: readonly string[]
  readonly demo: boolean
  readonly unsafeWeakSecretKey: boolean
  readonly unsafeHttpHosts: readonly string[]
  readonly unsafeDatabaseSettings: readonly UnsafeDatabaseSetting[]
}
