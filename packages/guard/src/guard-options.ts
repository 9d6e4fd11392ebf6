/** The settings of a guard, checked once when it is made. */

import { demand, demandName, readOption, requireKnownAndDefined } from './check-options.ts'
import type { SenderConstraint } from './dpop/sender-constraint.ts'
import type { IntrospectionOptions } from './introspection/introspection-options.ts'
import { metadataUrls } from './issuer/discovery.ts'
import { spellingsOf } from './jwt/audience.ts'
import { resolveSettings, type VerifierConfig } from './jwt/verifier-config.ts'
import type { MetadataOptions } from './metadata.ts'
import type { Rejection } from './rejection.ts'
import type { RevocationOptions } from './revocations/revocation-options.ts'
import type { ScopeHierarchy } from './scope-hierarchy.ts'
import type { IssuerFailure } from './token-source.ts'
import { requireAttributeValue } from './www-authenticate.ts'

/**
 * What `createGuard` takes. Times are in seconds.
 *
 * At most one of `jwks`, `secret` and `introspection` says how tokens are checked; without them it is by the keys that the
 * `issuer` publishes.
 */
export interface GuardOptions {
  /**
   * The issuer: what `iss` must be, and whose metadata are fetched (RFC 8414). Exactly as the issuer writes it, with or without a
   * slash at the end.
   * @default any, which only `secret` and `introspection` allow
   */
  readonly issuer?: string
  /**
   * The identifier of this API, which `aud` must contain (RFC 9068 §4). Compared as text; only an origin may have a slash more or
   * less.
   * @default any, which only `secret` and `introspection` allow
   */
  readonly audience?: string
  /**
   * The issuer's public keys, where they are not to be fetched (RFC 7517 §5). Of a mixed set the sound signature keys count.
   * @default those that the issuer publishes
   */
  readonly jwks?: { readonly keys: readonly object[] }
  /**
   * The secret of HS256 tokens, as in FastAPI's tutorial: its UTF-8 bytes are the key. Who can check such tokens can make them, so
   * it is for an API that is its own issuer.
   * @default none
   */
  readonly secret?: string
  /**
   * Accepts a `secret` below 256 bits, which can be guessed from one token. For the tutorial's own, in development.
   * @default false
   */
  readonly unsafeShortSecret?: boolean
  /**
   * Asks the issuer about each token (RFC 7662), whatever its format.
   * @default tokens are JWTs, which tell themselves
   */
  readonly introspection?: IntrospectionOptions
  /**
   * The `typ` of JWTs. `JWT` is for issuers that do not follow RFC 9068 (`typ` is "JWT" or absent): an ID token has that type as
   * well, so that only `audience` keeps one from passing for an access token. Never give it the id of a client.
   * @default 'at+jwt', and with `secret` 'JWT'
   */
  readonly type?: 'at+jwt' | 'JWT'
  /**
   * Scopes that include others, such as `{ items: ['items:read', 'items:write'] }`; also by way of others.
   * @default {}
   */
  readonly scopeHierarchy?: ScopeHierarchy
  /**
   * Refuses tokens that the issuer ended before their time (`/revoke`, logout, a new password), by a list that is fetched every
   * few seconds. Needs `issuer`, a Countersign.
   * @default false
   */
  readonly revocations?: boolean | RevocationOptions
  /**
   * Accepts tokens that are bound to a key of the client (RFC 9449): `createDpop` of `@countersign/guard/dpop`.
   * @default none: a bound token is refused
   */
  readonly dpop?: SenderConstraint
  /**
   * Describes this API to clients (RFC 9728): `guard.metadata()` answers the document, and challenges say where it is. Needs
   * `issuer`, and an `audience` that is the URL of this API.
   * @default false
   */
  readonly metadata?: boolean | MetadataOptions
  /**
   * The protected area, for people: `realm` of challenges (RFC 9110 §11.5).
   * @default none
   */
  readonly realm?: string
  /**
   * Answers like FastAPI's tutorial: 401 with `{ detail }` for whatever is wrong with a token, also a missing scope.
   * @default answers by RFC 6750
   */
  readonly compat?: 'fastapi'
  /**
   * Told of each refused request, for logs. Holds no token. What it throws changes no answer.
   * @default not told
   */
  readonly onReject?: (rejection: Rejection) => unknown
  /**
   * Told when something could not be fetched, also when the guard went on without. What it throws changes no answer.
   * @default not told
   */
  readonly onFailure?: (failure: IssuerFailure) => unknown
  /**
   * How far `nbf` and `iat` may lie ahead of the clock, at most 60. `exp` gets no tolerance.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * The most characters a token may have; checked before anything is decoded.
   * @default 16384
   */
  readonly maxTokenLength?: number
  /**
   * How many checked tokens are remembered, until they end: 0 for none, or at least 2.
   * @default 10000
   */
  readonly cacheSize?: number
  /**
   * Answers the time in seconds since the epoch; fractions are fine.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
  /**
   * Fetches from the issuer.
   * @default fetch
   */
  readonly fetch?: typeof fetch
}

const knownOptions: readonly (keyof GuardOptions)[] = [
  'issuer',
  'audience',
  'jwks',
  'secret',
  'unsafeShortSecret',
  'introspection',
  'type',
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
const sources: readonly (keyof GuardOptions)[] = ['jwks', 'secret', 'introspection']

/**
 * Answers the rules for tokens, when the options are sound as a whole. Those with a part of their own (`introspection`,
 * `revocations`, `metadata`, `scopeHierarchy`, `jwks`) are checked there.
 *
 * @throws TypeError naming the option and the fix
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
  demand(dpop === undefined || typeof dpop?.check === 'function', 'dpop must be what createDpop answers')
  requireSource(options)
  return resolveRules(options)
}

/** One way to check tokens, with what goes with it. */
function requireSource(options: GuardOptions): void {
  const { issuer, secret, introspection, revocations, unsafeShortSecret, type } = options
  const given = sources.filter((name) => options[name] !== undefined)
  demand(given.length <= 1, `${given.join(' and ')} exclude each other`)
  demand(type === undefined || introspection === undefined, 'type is for JWTs: leave it out with introspection')
  demand(
    unsafeShortSecret === undefined || (typeof unsafeShortSecret === 'boolean' && secret !== undefined),
    'unsafeShortSecret must be true or false, and goes with secret',
  )
  demand(!revocations || secret === undefined, 'revocations is for issuers with keys: leave it out with secret')
  demand(!revocations || issuer !== undefined, 'revocations needs issuer')
  const isAskedForEndpoint = introspection !== undefined && introspection?.endpoint === undefined
  const hasMetadata = given.length === 0 || isAskedForEndpoint || Boolean(revocations)
  if (hasMetadata && issuer !== undefined) readOption('issuer', () => metadataUrls(issuer))
}

function resolveRules(options: GuardOptions): VerifierConfig {
  const { audience, secret, type = secret === undefined ? 'at+jwt' : 'JWT' } = options
  demand(type === 'at+jwt' || type === 'JWT', "type must be 'at+jwt' or 'JWT'")
  const rules = resolveSettings(type, options)
  return audience === undefined ? rules : { ...rules, audiences: spellingsOf(audience) }
}
