/** Checks the settings of a guard, one by one and against each other: every message names the option and the fix. */
import { demand, isNameOrAbsent, requireKnownAndDefined } from './check-options.ts'
import type { GuardOptions } from './guard-options.ts'
import { requireSecureOption } from './issuer/secure-url.ts'
import { spellingsOf } from './jwt/audience.ts'
import { resolveOptions, type VerifierConfig } from './jwt/verifier-options.ts'
import { isAttributeValue } from './www-authenticate.ts'

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

const functions: readonly (keyof GuardOptions)[] = ['onReject', 'onFailure', 'now', 'fetch']
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
  demand(
    isNameOrAbsent(realm) && (realm === undefined || isAttributeValue(realm)),
    'realm must be printable ASCII, no quotes',
  )
  demand(dpop === undefined || typeof dpop?.check === 'function', 'dpop must be what createDpop answers')
  requireSource(options)
  return resolveRules(options)
}

/** One way to check tokens, with what it needs. */
function requireSource(options: GuardOptions): void {
  const { issuer, audience, secret, introspection, revocations, unsafeShortSecret, type } = options
  const given = sources.filter((name) => options[name] !== undefined)
  demand(given.length <= 1, `${given.join(' and ')} exclude each other: give one way to check tokens`)
  demand(isNameOrAbsent(secret), 'secret must be a text that is not empty')
  const isJwtOfOthers = secret === undefined && introspection === undefined
  // An API that takes any issuer's tokens, or those for another API, is open to whoever runs one (RFC 9068 §4).
  demand(!isJwtOfOthers || issuer !== undefined, 'issuer is missing: give the URL of the issuer of your tokens')
  demand(!isJwtOfOthers || audience !== undefined, 'audience is missing: give the identifier of this API')
  demand(type === undefined || introspection === undefined, 'type is for JWTs: leave it out with introspection')
  demand(
    unsafeShortSecret === undefined || (typeof unsafeShortSecret === 'boolean' && secret !== undefined),
    'unsafeShortSecret must be true or false, and goes with secret',
  )
  demand(!revocations || issuer !== undefined, 'revocations needs issuer: it publishes the list')
  demand(
    !revocations || secret === undefined,
    'revocations is for tokens of an issuer with keys: leave it out with secret',
  )
  const isAskedForEndpoint = introspection !== undefined && introspection?.endpoint === undefined
  const hasMetadata = given.length === 0 || isAskedForEndpoint || Boolean(revocations)
  if (!hasMetadata || issuer === undefined) return
  requireSecureOption('issuer', issuer)
  // RFC 8414 §2: no query or fragment components.
  demand(!/[?#]/.test(issuer), 'issuer must have neither query nor fragment')
}

function resolveRules(options: GuardOptions): VerifierConfig {
  const { issuer, audience, secret, type = secret === undefined ? 'at+jwt' : 'JWT' } = options
  demand(type === 'at+jwt' || type === 'JWT', "type must be 'at+jwt' or 'JWT'")
  const { clockTolerance, maxTokenLength, cacheSize, now } = options
  const rules = resolveOptions({
    keys: [],
    type,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(clockTolerance !== undefined && { clockTolerance }),
    ...(maxTokenLength !== undefined && { maxTokenLength }),
    ...(cacheSize !== undefined && { cacheSize }),
    ...(now !== undefined && { now }),
  })
  return audience === undefined ? rules : Object.freeze({ ...rules, audiences: spellingsOf(audience) })
}
