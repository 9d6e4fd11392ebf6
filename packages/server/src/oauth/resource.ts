/** Which resource servers a token is for (RFC 8707): this server itself, and those that the configuration names. */

import type { Config } from '../config/options.ts'
import { findResource } from '../domain/resource.ts'
import { OAuthError } from './errors.ts'
import type { Form } from './form.ts'

type Resources = Pick<Config, 'issuer' | 'resources'>

/** What a request asks for, as registered, each once; none when it asks for none. @throws OAuthError `invalid_target` */
export function readResources(config: Resources, form: Form): readonly string[] {
  const known = knownResources(config)
  const asked = form.getAll('resource').map((resource) => {
    const found = findResource(known, resource)
    if (found !== undefined) return found
    // RFC 8707 §2: a resource that is malformed or unknown is refused.
    throw new OAuthError('invalid_target', 'the requested resource is unknown', {
      reason: 'resource_unknown',
      expected: known.join(' or '),
    })
  })
  return [...new Set(asked)]
}

/**
 * What a token is for whose grant is for `granted`, when its request asks for `asked`: all that was granted and is known still,
 * when it asks for none. @throws OAuthError `invalid_target`
 */
export function chooseResources(
  config: Resources,
  granted: readonly string[],
  asked: readonly string[],
): readonly string[] {
  const known = knownResources(config)
  const left = granted.flatMap((resource) => findResource(known, resource) ?? [])
  if (granted.length > 0 && left.length === 0) {
    throw new OAuthError('invalid_target', 'the granted resource is known no more', {
      reason: 'resource_withdrawn',
      expected: known.join(' or '),
      received: granted.join(' '),
    })
  }
  const allowed = granted.length === 0 ? [config.issuer] : left
  // RFC 8707 §2.2: the resource of a token request is one of those that were granted, or a subset.
  if (asked.every((resource) => allowed.includes(resource))) return asked.length === 0 ? left : asked
  throw new OAuthError('invalid_target', 'the requested resource was not granted', {
    reason: 'resource_not_granted',
    expected: allowed.join(' '),
  })
}

function knownResources({ issuer, resources }: Resources): readonly string[] {
  return [issuer, ...resources]
}
