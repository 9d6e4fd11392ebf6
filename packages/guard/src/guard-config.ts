/** Checks the settings of a guard, one by one and against each other: every message names the option and the fix. */
import { demand, demandName, readOption, requireKnownAndDefined } from './check-options.ts'
import type { GuardOptions } from './guard-options.ts'
import { metadataUrls } from './issuer/discovery.ts'
import { spellingsOf } from './jwt/audience.ts'
import { resolveSettings, type VerifierConfig } from './jwt/verifier-config.ts'
import { requireAttributeValue } from './www-authenticate.ts'

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
