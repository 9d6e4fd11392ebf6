/**
 * The discovery documents (RFC 8414, OIDC Discovery 1.0). They are derived from the route table, the grant types and the config, so that
 * they advertise only what is served.
 */
import type { Config } from '../config/options.ts'
import { asymmetricAlgorithms } from '../domain/algorithm.ts'
import { authenticationContext } from '../domain/authentication-context.ts'
import { releasedClaims } from '../domain/claims.ts'
import { prompts } from '../domain/prompt.ts'
import { knownScopes } from '../domain/scope.ts'
import { grantsOf } from '../grants/index.ts'
import { json, type Reply } from '../reply.ts'

/** The name of an endpoint in the documents. */
export type EndpointName =
  | 'authorization_endpoint'
  | 'token_endpoint'
  | 'userinfo_endpoint'
  | 'jwks_uri'
  | 'revocation_endpoint'
  | 'revocation_feed_uri'
  | 'introspection_endpoint'
  | 'end_session_endpoint'

interface AdvertisedRoute {
  readonly path: string
  readonly advertisedAs?: EndpointName
}

/** The paths of the documents. For an issuer with a path, RFC 8414 §3.1 appends that path to the well-known part, and OIDC prepends it. */
export function discoveryPaths({ basePath }: Config): readonly string[] {
  const paths = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']
  return basePath === '' ? paths : [...paths, ...paths.map((path) => `${path}${basePath}`)]
}

/** `locales` are the languages of the pages. */
export function discovery(config: Config, routes: readonly AdvertisedRoute[], locales: readonly string[]): Reply {
  const base = config.issuer.replace(/\/$/, '')
  const endpoints = Object.fromEntries(
    routes.flatMap(({ path, advertisedAs }) => (advertisedAs ? [[advertisedAs, `${base}${path}`]] : [])),
  )
  const confidentialMethods = ['client_secret_basic', 'client_secret_post']
  return json({
    // RFC 8414 §3.3: identical to the issuer that the client used to find the document.
    issuer: config.issuer,
    ...endpoints,
    scopes_supported: knownScopes(config.scopes),
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: [...grantsOf(config).keys()],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: asymmetricAlgorithms,
    token_endpoint_auth_methods_supported: ['none', ...confidentialMethods],
    revocation_endpoint_auth_methods_supported: ['none', ...confidentialMethods],
    introspection_endpoint_auth_methods_supported: confidentialMethods,
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: prompts,
    acr_values_supported: [authenticationContext],
    claim_types_supported: ['normal'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'acr',
      'amr',
      'sid',
      ...releasedClaims(config.claimsOfScope),
    ],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    // OIDC Discovery §3: true if omitted.
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    ui_locales_supported: locales,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    // Not from a specification: names the members that may change in any release (docs/decisions/0024-revocations-are-published.md).
    countersign_experimental: ['revocation_feed_uri'],
  })
}
