/** The metadata of a protected resource, which tells clients whose tokens it accepts (RFC 9728). */
import { demand, demandName, readOption, requireKnownAndDefined } from './check-options.ts'
import { requireSecureUrl } from './issuer/secure-url.ts'
import type { AudienceClaim } from './jwt/audience.ts'
import { isScope } from './scope.ts'
import { requireAttributeValue } from './www-authenticate.ts'

/** What the metadata has besides the audience and the issuer. */
export interface MetadataOptions {
  /** The name of the API, for people: `resource_name`. @default none */
  readonly name?: string
  /** The URL of its documentation: `resource_documentation`. @default none */
  readonly documentation?: string
  /** The scopes that clients may request: `scopes_supported`. @default none */
  readonly scopes?: readonly string[]
}

/** The metadata, and where to serve it. */
export interface ResourceMetadata {
  /** The URL in challenges: `resource_metadata`. */
  readonly url: string
  /** The paths at which this server serves the document: with the audience's path, and without. */
  readonly paths: readonly string[]
  /** The body of the response, `application/json`. */
  readonly document: ResourceDocument
}

/** RFC 9728 §2. Unknown members are left out. */
export interface ResourceDocument {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly bearer_methods_supported: readonly ['header']
  readonly scopes_supported?: readonly string[]
  readonly resource_name?: string
  readonly resource_documentation?: string
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly dpop_bound_access_tokens_required?: true
}

/** The guard's options that the metadata shows. */
export interface ResourceFacts {
  readonly audience?: string | AudienceClaim
  readonly issuer?: string
  readonly unsafeHttpHosts?: readonly string[]
  readonly dpop?: { readonly algorithms: readonly string[]; readonly isRequired: boolean }
}

const wellKnown = '/.well-known/oauth-protected-resource'
const knownOptions: readonly (keyof MetadataOptions)[] = ['name', 'documentation', 'scopes']

/** @throws TypeError with the name of the option and the fix */
export function describeResource(options: true | MetadataOptions, facts: ResourceFacts): ResourceMetadata {
  const { issuer, dpop } = facts
  const audience = typeof facts.audience === 'string' ? facts.audience : ''
  const { name, documentation, scopes } = options === true ? {} : checkOptions(options)
  demand(issuer !== undefined, 'metadata needs issuer: it tells clients where to get tokens')
  const { path, url } = readOption('metadata needs audience to be the URL of this API', () =>
    locate(audience, facts.unsafeHttpHosts),
  )
  return Object.freeze({
    url,
    paths: Object.freeze([...new Set([path, wellKnown])]),
    document: Object.freeze({
      // RFC 9728 §3.3: identical to the identifier that the client requested.
      resource: audience,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'] as const,
      ...(scopes && { scopes_supported: [...scopes] }),
      ...(name !== undefined && { resource_name: name }),
      ...(documentation !== undefined && { resource_documentation: documentation }),
      ...(dpop && { dpop_signing_alg_values_supported: dpop.algorithms }),
      ...(dpop?.isRequired && { dpop_bound_access_tokens_required: true as const }),
    }),
  })
}

/** Where the metadata of a resource is. @throws Error when the audience cannot have metadata */
function locate(
  audience: string,
  httpHosts: readonly string[] | undefined,
): { readonly path: string; readonly url: string } {
  const { origin, pathname, search } = requireSecureUrl(audience, httpHosts)
  // RFC 9728 §1.2.
  if (audience.includes('#')) throw new Error('it must have no fragment')
  // RFC 9728 §3.1: inserted between host and path; a terminating "/" that follows the host MUST be removed.
  const path = pathname === '/' ? wellKnown : `${wellKnown}${pathname}`
  const url = `${origin}${path}${search}`
  // It is a value in challenges.
  requireAttributeValue('it', url)
  return { path, url }
}

function checkOptions(options: MetadataOptions): MetadataOptions {
  requireKnownAndDefined(options, knownOptions, 'metadata')
  const { name, documentation, scopes = [] } = options
  demandName(name, 'metadata.name')
  demand(documentation === undefined || isWebUrl(documentation), 'metadata.documentation must be an http(s) URL')
  demand(Array.isArray(scopes) && scopes.every(isScope), 'metadata.scopes must be an array of scopes')
  // MCP 2026-07-28, scope selection: a resource should not request refresh tokens for the client.
  demand(!scopes.includes('offline_access'), 'metadata.scopes must not have offline_access')
  return options
}

/** Clients may show it as a link: no scheme that a browser would execute. */
function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
