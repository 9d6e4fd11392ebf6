/** The options of a guard. */
import type { SenderConstraint } from './dpop/sender-constraint.ts'
import type { IntrospectionOptions } from './introspection/introspection-options.ts'
import type { AudienceClaim } from './jwt/audience.ts'
import type { MetadataOptions } from './metadata.ts'
import type { Rejection } from './rejection.ts'
import type { RevocationOptions } from './revocations/revocation-options.ts'
import type { ScopeHierarchy } from './scope-hierarchy.ts'
import type { IssuerFailure } from './token-source.ts'

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
 * At most one of `jwks`, `jwksUri`, `secret` and `introspection` chooses how tokens are checked. Without them, the guard uses the keys that
 * the metadata of the `issuer` names.
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
