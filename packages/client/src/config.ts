/** The config of a client: its options, checked once when it is made, with all defaults. */
import { cacheMetadata } from './oauth/metadata.ts'
import { checkOptions, toList } from './options/check-options.ts'
import type { ClientOptions } from './options/client-options.ts'
import { clientRules } from './options/client-rules.ts'
import { findPage } from './page.ts'
import type { TokensConfig } from './tokens/config.ts'
import { memoryStorage, webStorage, withTurns } from './tokens/storage.ts'

export interface ClientConfig extends TokensConfig {
  /** The token may be sent to URLs under these. */
  readonly apis: readonly string[]
}

/**
 * Checks the options and adds the defaults. Nothing is fetched yet.
 *
 * @throws TypeError that names the wrong option and what it must be
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
  const { issuer, metadataUrl, unsafeHttpHosts } = others
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
    metadata: cacheMetadata({ issuer, metadataUrl, unsafeHttpHosts, fetch, now }),
  })
}

function defaultApis(issuer: string, resources: readonly string[]): readonly string[] {
  if (resources.length === 0) return [new URL(issuer).origin]
  return resources.filter((resource) => /^https?:/i.test(resource))
}
