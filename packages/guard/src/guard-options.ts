/** The options of a guard, checked when it is made, one by one and against each other. */
import { demand, demandName, demandSeconds, readOption, requireKnownAndDefined } from './check-options.ts'
import type { SenderConstraint } from './dpop/sender-constraint.ts'
import type { IntrospectionOptions } from './introspection/introspection-options.ts'
import { metadataUrls } from './issuer/discovery.ts'
import { requireSecureUrl } from './issuer/secure-url.ts'
import { type AudienceClaim, spellingsOf } from './jwt/audience.ts'
import { resolveSettings, type VerifierConfig } from './jwt/verifier-config.ts'
import type { MetadataOptions } from './metadata.ts'
import type { Rejection } from './rejection.ts'
import type { RevocationOptions } from './revocations/revocation-options.ts'
import type { ScopeHierarchy } from './scope-hierarchy.ts'
import type { IssuerFailure } from './token-source.ts'
import { requireAttributeValue } from './www-authenticate.ts'

/**
 * What `createGuard` takes: `issuer` and `audience`, or `secret`, or `introspection`, and the other options of a guard.
 */
export type GuardOptions = AllGuardOptions &
  (
    | Required<Pick<AllGuardOptions, 'issuer' | 'audience'>>
    | Required<Pick<AllGuardOptions, 'secret'>>
    | Required<Pick<AllGuardOptions, 'introspection'>>
  )

/**
 * All options of a guard. Times are in seconds.
 *
 * At most one of `jwks`, `secret` and `introspection` chooses how tokens are checked. Without them, the guard uses the keys that the
 * `issuer` publishes.
 */
export interface AllGuardOptions {
  /**
   * The issuer: the required value of `iss`, and the address of the metadata (RFC 8414). Exactly as the issuer writes it, with or
   * without a slash at the end.
   * @default any issuer, only with `secret` or `introspection`
   */
  readonly issuer?: string
  /**
   * The identifier of this API, which `aud` must contain (RFC 9068 §4). Compared as text; only the slash at the end of an origin is
   * optional. For issuers whose access tokens have no `aud`, such as Amazon Cognito: another claim, and the values of which it must have
   * one, as in `{ claim: 'client_id', values: ['my-client'] }`. They are compared exactly, and `aud` is not compared then.
   * @default any audience, only with `secret` or `introspection`
   */
  readonly audience?: string | AudienceClaim
  /**
   * The issuer's public keys, so that they are not fetched (RFC 7517 §5). Keys of the set that cannot verify signatures are ignored.
   * @default the keys that the issuer publishes
   */
  readonly jwks?: { readonly keys: readonly object[] }
  /**
   * The address of the issuer's public keys, for an issuer without metadata, or one that this API reaches at another address than browsers do:
   * https, or http on a loopback address or one of `unsafeHttpHosts`.
   * @default `jwks_uri` of the metadata
   */
  readonly jwksUri?: string
  /**
   * The address of the issuer's metadata, if this API reaches the issuer at another address than browsers do. The document must still name
   * exactly the `issuer` (RFC 8414 §3.3).
   * @default the well-known places at the issuer
   */
  readonly metadataUrl?: string
  /**
   * Names of hosts to which requests may be sent by http, such as `keycloak` in Docker. Anyone who can change what passes between here and there
   * can make any token: only for hosts within a private network.
   * @default none: http only to loopback addresses
   */
  readonly unsafeHttpHosts?: readonly string[]
  /**
   * How long past their freshness of five minutes the fetched keys are used while the issuer is unavailable, at most 30 days. After it every request
   * gets 503.
   * @default 86400
   */
  readonly maxKeyStaleness?: number
  /**
   * The secret of HS256 tokens, as in FastAPI's tutorial: its UTF-8 bytes are the key. A program that can check such tokens can also
   * make them, so it is for an API that is its own issuer.
   * @default none
   */
  readonly secret?: string
  /**
   * Accepts a `secret` below 256 bits, which can be guessed from one token. For the tutorial's secret, in development.
   * @default false
   */
  readonly unsafeShortSecret?: boolean
  /**
   * Sends each token to the issuer's introspection endpoint (RFC 7662), whatever its format.
   * @default none: tokens are JWTs
   */
  readonly introspection?: IntrospectionOptions
  /**
   * The `typ` of JWTs. `JWT` is for issuers that do not follow RFC 9068 (`typ` is "JWT" or absent). ID tokens have that type too, so
   * that only `audience` distinguishes them from access tokens: never set it to the id of a client.
   * @default 'at+jwt', and with `secret` 'JWT'
   */
  readonly type?: 'at+jwt' | 'JWT'
  /**
   * The claim with the scopes: a string of scopes between spaces, or an array of them. Such as `permissions` or `roles`.
   * @default 'scope', or without it 'scp'
   */
  readonly scopeClaim?: string
  /**
   * Scopes that include others, such as `{ items: ['items:read', 'items:write'] }`; also indirectly.
   * @default {}
   */
  readonly scopeHierarchy?: ScopeHierarchy
  /**
   * Rejects tokens that the issuer revoked (`/revoke`, logout, a new password), by a list that is fetched every few seconds. Needs an
   * `issuer` that is a Countersign server.
   * @default false
   */
  readonly revocations?: boolean | RevocationOptions
  /**
   * Accepts tokens that are bound to a key of the client (RFC 9449): `createDpop` of `@countersign/guard/dpop`.
   * @default none: bound tokens are rejected
   */
  readonly dpop?: SenderConstraint
  /**
   * Describes this API to clients (RFC 9728): `guard.metadata()` returns the document, and challenges have its URL. Needs `issuer`, and
   * an `audience` that is the URL of this API.
   * @default false
   */
  readonly metadata?: boolean | MetadataOptions
  /**
   * The protected area, for people: `realm` of challenges (RFC 9110 §11.5).
   * @default none
   */
  readonly realm?: string
  /**
   * Responds like FastAPI's tutorial: 401 with `{ detail }` for any problem with a token, also for a missing scope.
   * @default responses of RFC 6750
   */
  readonly compat?: 'fastapi'
  /**
   * Called with each rejection, for logs. A rejection contains no token. Errors of this function are ignored.
   * @default none
   */
  readonly onReject?: (rejection: Rejection) => unknown
  /**
   * Called for each failed request to the issuer, also when the guard continues without it; and once for each weak or malformed key of a
   * set. Errors of this function are ignored.
   * @default none
   */
  readonly onFailure?: (failure: IssuerFailure) => unknown
  /**
   * How far `nbf` and `iat` may be ahead of the clock, at most 60. `exp` has no tolerance.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * The maximum number of characters of a token; checked before anything is decoded.
   * @default 16384
   */
  readonly maxTokenLength?: number
  /**
   * How many checked tokens are cached until they expire: 0 for none, or at least 2.
   * @default 10000
   */
  readonly cacheSize?: number
  /**
   * Returns the time in seconds since the epoch; may have fractions.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
  /**
   * Sends the requests to the issuer.
   * @default fetch
   */
  readonly fetch?: typeof fetch
}

const knownOptions: readonly (keyof GuardOptions)[] = [
  'issuer',
  'audience',
  'jwks',
  'jwksUri',
  'metadataUrl',
  'unsafeHttpHosts',
  'maxKeyStaleness',
  'secret',
  'unsafeShortSecret',
  'introspection',
  'type',
  'scopeClaim',
  'scopeHierarchy',
  'revocations',
  'dpop',
  'metadata',
  'realm',
  'compat',
  'onReject',
  'onFailure',
  'clockTolerance',
  'maxTokenLength',
  'cacheSize',
  'now',
  'fetch',
]

const functions: readonly (keyof GuardOptions)[] = ['onReject', 'onFailure', 'fetch']
const sources: readonly (keyof GuardOptions)[] = ['jwks', 'jwksUri', 'secret', 'introspection']

/**
 * Checks the options, and returns the rules for tokens. Does not check the content of `introspection`, `revocations`, `metadata`,
 * `scopeHierarchy` and `jwks`: the parts that use them do.
 *
 * @throws TypeError with the name of the option and the fix
 */
export function resolveGuardOptions(options: GuardOptions): VerifierConfig {
  requireKnownAndDefined(options, knownOptions, 'createGuard')
  for (const name of functions) {
    demand(options[name] === undefined || typeof options[name] === 'function', `${name} must be a function`)
  }
  const { compat, realm, dpop } = options
  demand(compat === undefined || compat === 'fastapi', "compat must be 'fastapi'")
  if (realm !== undefined) requireAttributeValue('realm', realm)
  demandName(realm, 'realm')
  demand(dpop === undefined || typeof dpop?.check === 'function', 'dpop must be the result of createDpop')
  requireSource(options)
  return resolveRules(options)
}

/** At most one source of tokens, and options that fit it. */
function requireSource(options: GuardOptions): void {
  const { issuer, secret, introspection, revocations, unsafeShortSecret, type, metadataUrl } = options
  const given = sources.filter((name) => options[name] !== undefined)
  demand(given.length <= 1, `${given.join(' and ')} exclude each other`)
  demand(type === undefined || introspection === undefined, 'type is for JWTs: leave it out with introspection')
  demand(
    unsafeShortSecret === undefined || (typeof unsafeShortSecret === 'boolean' && secret !== undefined),
    'unsafeShortSecret must be true or false, and goes with secret',
  )
  demand(!revocations || secret === undefined, 'revocations is for issuers with keys: leave it out with secret')
  demand(!revocations || issuer !== undefined, 'revocations needs issuer')
  const needsEndpoint = introspection !== undefined && introspection?.endpoint === undefined
  const hasMetadata = given.length === 0 || needsEndpoint || Boolean(revocations)
  demand(metadataUrl === undefined || hasMetadata, `metadataUrl is not used with ${given.join()}`)
  requireAddresses(options, hasMetadata && metadataUrl === undefined)
}

/** @param isFetched whether the issuer itself is an address */
function requireAddresses(options: GuardOptions, isFetched: boolean): void {
  const { issuer, metadataUrl, jwksUri, unsafeHttpHosts: hosts = [], maxKeyStaleness = 0 } = options
  // Spread, since every() skips holes.
  const areNames = Array.isArray(hosts) && [...hosts].every(isHostName)
  demand(areNames, "unsafeHttpHosts must be an array of host names in lower case, such as ['keycloak']")
  if (isFetched && issuer !== undefined) readOption('issuer', () => metadataUrls(issuer, hosts))
  if (metadataUrl !== undefined) readOption('metadataUrl', () => requireSecureUrl(metadataUrl, hosts))
  if (jwksUri !== undefined) readOption('jwksUri', () => requireSecureUrl(jwksUri, hosts))
  demandSeconds(maxKeyStaleness, 'maxKeyStaleness', 0, 30 * 24 * 60 * 60)
}

function isHostName(name: unknown): boolean {
  return typeof name === 'string' && URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === name
}

function resolveRules(options: GuardOptions): VerifierConfig {
  const { secret, type = secret === undefined ? 'at+jwt' : 'JWT' } = options
  demand(type === 'at+jwt' || type === 'JWT', "type must be 'at+jwt' or 'JWT'")
  return resolveSettings(type, options, spellingsOf)
}
