/** The rules of a registration that need more than one member, or the deployment's scopes. */
import { didYouMean } from '../config/did-you-mean.ts'
import type { ClientMetadata } from '../domain/client-metadata.ts'
import { redirectUriProblem, responseParameterProblem } from '../domain/registered-uri.ts'
import { knownScopes, type Scopes, scopesIn } from '../domain/scope.ts'

/** In characters. The scopes of the deployment, all together, may be longer. */
const maxScopeLength = 2000

export interface MetadataProblem {
  readonly field: string
  readonly message: string
}

/** RFC 7591 §2: `authorization_code` when omitted. A resource server that only introspects gets no tokens. */
export function grantTypesOf(metadata: ClientMetadata): readonly string[] {
  return [...new Set(metadata.grant_types ?? (metadata.resource_server === true ? [] : ['authorization_code']))]
}

/** What of the deployment decides about metadata. */
interface Deployment {
  /** Its own. */
  readonly scopes: Scopes
  /** Hosts off loopback that may have http. */
  readonly httpHosts: readonly string[]
  /** The claims about users that scopes release. */
  readonly claims: readonly string[]
}

/** All problems of metadata whose members are valid each. */
export function metadataProblems(
  metadata: ClientMetadata,
  { scopes, httpHosts, claims }: Deployment,
): readonly MetadataProblem[] {
  const { application_type: applicationType } = metadata
  return [
    ...uriProblems(
      'redirect_uris',
      metadata,
      (uri) => redirectUriProblem(uri, applicationType, httpHosts) ?? responseParameterProblem(uri),
    ),
    // OIDC RP-Initiated Logout §3.1: the port, path and query are the client's choice, and a native app MAY use another scheme.
    ...uriProblems('post_logout_redirect_uris', metadata, (uri) => redirectUriProblem(uri, applicationType, httpHosts)),
    ...scopeProblems(metadata.scope ?? '', scopes),
    ...grantProblems(metadata),
    ...publicClientProblems(metadata),
    ...audienceProblems(metadata),
    ...idTokenProblems(metadata, claims),
  ]
}

/** RFC 9700 §2.4: the password grant MUST NOT be used. An operator may register it; `former` grant types stay. */
export function privilegeProblems(sent: object, former: readonly string[] = []): readonly MetadataProblem[] {
  const types = 'grant_types' in sent && Array.isArray(sent.grant_types) ? sent.grant_types : []
  return types.includes('password') && !former.includes('password')
    ? [{ field: 'grant_types', message: 'has password, which only an operator can set' }]
    : []
}

function grantProblems(metadata: ClientMetadata): readonly MetadataProblem[] {
  const types = grantTypesOf(metadata)
  const problems: MetadataProblem[] = []
  // RFC 6749 §3.1.2.2: redirection endpoints are registered.
  if (types.includes('authorization_code') && (metadata.redirect_uris ?? []).length === 0) {
    problems.push({
      field: 'redirect_uris',
      message: 'is missing: grant_types has authorization_code, which needs at least one',
    })
  }
  if (types.includes('refresh_token') && !types.includes('authorization_code') && !types.includes('password')) {
    problems.push({ field: 'grant_types', message: 'has refresh_token, which needs authorization_code or password' })
  }
  return problems
}

function idTokenProblems(
  { claims_in_id_token: names, id_token_claims }: ClientMetadata,
  claims: readonly string[],
): readonly MetadataProblem[] {
  if (names === undefined) return []
  const field = 'claims_in_id_token'
  if (id_token_claims === 'scopes') {
    return [{ field, message: 'must not be set with id_token_claims scopes, which are all claims: remove one of them' }]
  }
  return names
    .filter((name) => !claims.includes(name))
    .map((name) => ({
      field,
      message: `has ${JSON.stringify(name)}, which is not a claim of this deployment${didYouMean(name, claims)}`,
    }))
}

/** RFC 7519 §4.1.3: a StringOrURI. Configured resources and client ids have no spaces. */
function audienceProblems({
  audiences,
  resource_server: isResourceServer,
}: ClientMetadata): readonly MetadataProblem[] {
  if (audiences === undefined || audiences.length === 0) return []
  if (isResourceServer !== true) return [{ field: 'audiences', message: 'is only for a client with resource_server' }]
  return audiences.every((audience) => /^[\x21-\x7e]{1,2048}$/.test(audience))
    ? []
    : [{ field: 'audiences', message: 'must be URIs or client ids, or * for all' }]
}

function publicClientProblems(metadata: ClientMetadata): readonly MetadataProblem[] {
  if (metadata.token_endpoint_auth_method !== 'none') return []
  const problems: MetadataProblem[] = []
  // RFC 6749 §4.4: the client credentials grant type MUST only be used by confidential clients.
  if (grantTypesOf(metadata).includes('client_credentials')) {
    problems.push({
      field: 'grant_types',
      message: 'has client_credentials, which needs a client secret: choose another token_endpoint_auth_method',
    })
  }
  // RFC 9700 §2.1.1: public clients MUST use PKCE.
  if (metadata.require_pkce === false) {
    problems.push({ field: 'require_pkce', message: 'must be true for a client without a secret' })
  }
  // RFC 7662 §2.1: the caller of introspection must be authorized.
  if (metadata.resource_server === true) {
    problems.push({ field: 'resource_server', message: 'must be false for a client without a secret' })
  }
  return problems
}

function uriProblems(
  field: 'redirect_uris' | 'post_logout_redirect_uris',
  metadata: ClientMetadata,
  check: (uri: string) => string | undefined,
): readonly MetadataProblem[] {
  return (metadata[field] ?? []).flatMap((uri, index) => {
    const message = check(uri)
    return message === undefined ? [] : [{ field: `${field}[${index}]`, message }]
  })
}

function scopeProblems(scope: string, scopes: Scopes): readonly MetadataProblem[] {
  const known = knownScopes(scopes)
  const maxLength = Math.max(maxScopeLength, known.join(' ').length)
  if (scope.length > maxLength) return [{ field: 'scope', message: `must have at most ${maxLength} characters` }]
  const unknown = [...new Set(scopesIn(scope))].filter((name) => !known.includes(name))
  return unknown.map((name) => ({
    field: 'scope',
    message: `has ${JSON.stringify(name)}, which is not a scope of this deployment${didYouMean(name, known)}`,
  }))
}
