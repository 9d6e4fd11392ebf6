/** The settings of a client, checked once when it is made. */
import type { IssuerMetadata } from '../oauth/metadata.ts'
import { cacheMetadata } from '../oauth/metadata.ts'
import { findPage } from '../page.ts'
import { memoryStorage, type TokenStorage, webStorage, withTurns } from '../storage.ts'
import { checkOptions, clientRules, toList } from './check-options.ts'

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

/** The standard's `fetch`, as far as it is used. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** The same settings, complete. */
export interface ClientConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly redirectUri?: string
  readonly postLogoutRedirectUri?: string
  readonly scope: string
  readonly resources: readonly string[]
  readonly storage: Required<TokenStorage>
  readonly apis: readonly string[]
  readonly clockTolerance: number
  readonly fetch: Fetch
  readonly now: () => number
  /** What the issuer says of itself (RFC 8414); fetched once an hour at most. @throws ClientError */
  readonly metadata: () => Promise<IssuerMetadata>
}

/**
 * Checks the options and fills in the defaults. Nothing is fetched yet.
 *
 * @throws TypeError that names the option and what it may be
 */
export function resolveOptions(options: ClientOptions): ClientConfig {
  checkOptions('createClient', options, clientRules, ['issuer', 'clientId'])
  const page = findPage()
  const {
    resource,
    apis,
    storage = page ? webStorage(page.sessionStorage) : memoryStorage(),
    fetch = (input, init) => globalThis.fetch(input, init),
    now = () => Date.now() / 1000,
    ...others
  } = options
  const { issuer } = others
  const resources = toList(resource)
  return Object.freeze({
    scope: 'openid',
    clockTolerance: 30,
    ...others,
    resources,
    storage: withTurns(storage),
    apis: apis === undefined ? defaultApis(issuer, resources) : toList(apis),
    fetch,
    now,
    metadata: cacheMetadata({ issuer, fetch, now }),
  })
}

function defaultApis(issuer: string, resources: readonly string[]): readonly string[] {
  if (resources.length === 0) return [new URL(issuer).origin]
  return resources.filter((resource) => /^https?:/i.test(resource))
}
