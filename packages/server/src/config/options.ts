/** What can be set, and what comes of it. Checked in `resolve-options.ts`. */
import type { DeclaredClient } from '../domain/client.ts'
import type { ClientDeclaration } from '../domain/client-metadata.ts'
import type { Scopes } from '../domain/scope.ts'

export interface Options {
  /** Signs tokens under HS256 and seals the private keys of the other algorithms. At least 32 bytes. */
  secretKey: string
  /** What signs access tokens. @default 'ES256' */
  algorithm?: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  /** Minutes that an access token lives. @default 30 */
  accessTokenExpireMinutes?: number
  /** The `iss` of tokens: an https URL, or http on a loopback host. @default 'http://127.0.0.1:8000' */
  issuer?: string
  /** `sqlite:` and a path, or `postgres://user:password@host/database`. @default 'sqlite:./data/countersign.db' */
  databaseUrl?: string
  /**
   * `first-party` serves the password grant, to callers without a client and to clients registered for it (RFC 9700 §2.4
   * says that it must not be used). `off`: there is no such grant. @default 'off'
   */
  passwordGrant?: 'off' | 'first-party'
  /** Clients declared here, beside those that `countersign clients` keeps in the database. @default [] */
  clients?: readonly ClientDeclaration[]
  /** The deployment's own scopes, each with the sentence that the consent page shows. @default the tutorial's `me` and `items` */
  scopes?: Scopes
  /** The resource servers, beside this server, that access tokens may be asked for (RFC 8707): absolute URIs, which become `aud`. @default [] */
  resources?: readonly string[]
  /** Seconds that a client's former secret lives on when it is replaced. @default 86400, a day */
  clientSecretGrace?: number
  /** Seconds that a refresh token may lie unused. @default 1209600, 14 days */
  refreshTokenIdleLifetime?: number
  /** Seconds after the code was made, or the password given, when the last refresh token ends. @default 7776000, 90 days */
  refreshTokenLifetime?: number
  /** Seconds in which a refresh token may be used again, for clients that lost the answer; 0 to 300. @default 30 */
  refreshTokenGrace?: number
  /** Seconds that a login session may lie unused. @default 43200, 12 hours */
  sessionIdleLifetime?: number
  /** Seconds after the login when the session ends. @default 1209600, 14 days */
  sessionLifetime?: number
  /** Seconds that a key signs, before the next one does; at least an hour. @default 7776000, 90 days */
  keyRotationInterval?: number
  /** What the pages look like. @default { name: 'Countersign' } */
  brand?: BrandOptions
  /** IP addresses or CIDR ranges of proxies whose X-Forwarded-For is believed. @default [] */
  trustedProxies?: readonly string[]
  /** Sends logout tokens to clients at private and loopback addresses too: for those inside of your own network. @default false */
  allowPrivateLogoutAddresses?: boolean
  /** Wrong passwords that one account may cost in a window. @default 10 */
  accountFailureLimit?: number
  /** Wrong passwords that one address (IPv6: /64) may cost in a window. @default 300 */
  addressFailureLimit?: number
  /** Seconds that a window of wrong passwords lasts. @default 900 */
  failureWindow?: number
  /** Password hashes that run at once. @default the number of cores */
  passwordWorkers?: number
  /** Password checks that wait, before logins are answered 503. @default 32 per worker */
  passwordQueueLimit?: number
  /** Serves the tutorial's users and items, an app to log in to, and the live trace. For development. @default false */
  demo?: boolean
  /** Accepts a short or well-known secretKey. For development. @default false */
  unsafeWeakSecretKey?: boolean
}

export interface BrandOptions {
  /** Stands at the head of every page. @default 'Countersign' */
  name?: string
  /** An https URL, or a path of this server such as /logo.svg. */
  logoUri?: string
  /** `#rgb` or `#rrggbb`. */
  colors?: {
    /** Buttons and links. */
    accent?: string
    /** The same in the dark. @default accent */
    accentDark?: string
  }
}

/** The options, complete and checked. */
export interface Config {
  readonly secretKey: string
  readonly algorithm: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  /** Seconds. */
  readonly accessTokenLifetime: number
  readonly issuer: string
  /** The path of the issuer, `''` or `/tenant`: what links and forms begin with. */
  readonly basePath: string
  readonly databaseUrl: string
  readonly passwordGrant: 'off' | 'first-party'
  readonly clients: ReadonlyMap<string, DeclaredClient>
  /** Seconds, like all that follow to `keyRotationInterval`. */
  readonly clientSecretGrace: number
  readonly refreshTokenIdleLifetime: number
  readonly refreshTokenLifetime: number
  readonly refreshTokenGrace: number
  readonly sessionIdleLifetime: number
  readonly sessionLifetime: number
  readonly keyRotationInterval: number
  readonly brand: Brand
  readonly trustedProxies: readonly string[]
  readonly allowPrivateLogoutAddresses: boolean
  readonly accountFailureLimit: number
  readonly addressFailureLimit: number
  /** Seconds. */
  readonly failureWindow: number
  readonly passwordWorkers: number
  readonly passwordQueueLimit: number
  /** The deployment's own, without those of OpenID Connect. */
  readonly scopes: Scopes
  readonly resources: readonly string[]
  /** What the password grant gives when no scope is asked for. */
  readonly defaultScopes: readonly string[]
  readonly demo: boolean
  readonly unsafeWeakSecretKey: boolean
}

export interface Brand {
  readonly name: string
  readonly logoUri: string | undefined
  readonly accent: string | undefined
  readonly accentDark: string | undefined
}

/** One thing that is wrong with an option, and how to mend it. */
export interface OptionProblem {
  readonly option: string
  readonly message: string
}

/** @property problems all that is wrong, not just the first */
export class OptionsError extends Error {
  readonly problems: readonly OptionProblem[]

  constructor(problems: readonly OptionProblem[]) {
    super(problems.map(({ option, message }) => `${option} ${message}`).join('\n'))
    this.name = 'OptionsError'
    this.problems = problems
  }
}
