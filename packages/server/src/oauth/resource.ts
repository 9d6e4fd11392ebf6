/** Which resource servers a token is for (RFC 8707): this server itself, and those in the configuration. */

import type { Config } from '../config/options.ts'
import { findResource } from '../domain/resource.ts'
import { OAuthError } from './errors.ts'
import type { Form } from './form.ts'

type Resources = Pick<Config, 'issuer' | 'resources'>

/** The resources that a request names, in the configured spelling, each once. @throws OAuthError `invalid_target` */
export function readResources(config: Resources, form: Form): readonly string[] {
  const known = knownResources(config)
  const requested = form.getAll('resource').map((resource) => {
    const found = findResource(known, resource)
    if (found !== undefined) return found
    // RFC 8707 §2: a malformed or unknown resource is rejected.
    throw new OAuthError('invalid_target', 'the requested resource is unknown', {
      reason: 'resource_unknown',
      expected: known.join(' or '),
    })
  })
  return [...new Set(requested)]
}

/**
 * The resources of a token, from those of its grant and those that its request names. Without a named one: all granted resources that
 * are still configured. @throws OAuthError `invalid_target`
 */
export function chooseResources(
  config: Resources,
  granted: readonly string[],
  requested: readonly string[],
): readonly string[] {
  const known = knownResources(config)
  const left = granted.flatMap((resource) => findResource(known, resource) ?? [])
  if (granted.length > 0 && left.length === 0) {
    throw new OAuthError('invalid_target', 'the granted resource is no longer configured', {
      reason: 'resource_withdrawn',
      expected: known.join(' or '),
      received: granted.join(' '),
    })
  }
  const allowed = granted.length === 0 ? [config.issuer] : left
  // RFC 8707 §2.2: the resources of a token request are a subset of the granted ones.
  if (requested.every((resource) => allowed.includes(resource))) return requested.length === 0 ? left : requested
  throw new OAuthError('invalid_target', 'the requested resource was not granted', {
    reason: 'resource_not_granted',
    expected: allowed.join(' '),
  })
}

function knownResources({ issuer, resources }: Resources): readonly string[] {
  return [issuer, ...resources]
}
