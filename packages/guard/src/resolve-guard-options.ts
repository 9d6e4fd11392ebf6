/** Checks the options of a guard when it is made, one by one and against each other. */
import { demand, demandName, demandSeconds, readOption, requireKnownAndDefined } from './check-options.ts'
import type { GuardOptions } from './guard-options.ts'
import { metadataUrls } from './issuer/discovery.ts'
import { requireSecureUrl } from './issuer/secure-url.ts'
import { spellingsOf } from './jwt/audience.ts'
import { resolveSettings, type VerifierConfig } from './jwt/verifier-config.ts'
import { requireAttributeValue } from './www-authenticate.ts'

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
