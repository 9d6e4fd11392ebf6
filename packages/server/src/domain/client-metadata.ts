/** A client as it is registered and stored: the members of RFC 7591 §2, and some of our own. */
import type { AsymmetricAlgorithm } from './algorithm.ts'
import type { Client, ClientAuthMethod, GrantType, IdTokenClaims } from './client.ts'
import { scopesIn } from './scope.ts'

export interface ClientMetadata {
  /** 1 to 512 visible ASCII characters. May be an https URL. */
  readonly client_id: string
  /** The name that users read on the pages. @default the client_id */
  readonly client_name?: string
  /**
   * `none` is for software that cannot keep a secret: apps in browsers, on phones and desktops.
   * @default client_secret_basic and client_secret_post, as the client prefers
   */
  readonly token_endpoint_auth_method?: ClientAuthMethod
  /** Any of authorization_code, refresh_token, client_credentials, password. @default ['authorization_code'] */
  readonly grant_types?: readonly string[]
  /** The scopes that it may request, with spaces between them. @default every scope that its grant types can have */
  readonly scope?: string
  /** Where authorization codes are sent. Compared character by character. @default [] */
  readonly redirect_uris?: readonly string[]
  /** Where browsers may return to after a logout. @default [] */
  readonly post_logout_redirect_uris?: readonly string[]
  /** `native` allows private-use schemes; `web` fixes the ports of loopback redirect URIs. @default neither of these */
  readonly application_type?: 'web' | 'native'
  /** The client's home page. */
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly policy_uri?: string
  readonly tos_uri?: string
  /** The algorithm that signs its ID tokens. @default the option `idTokenAlgorithm`, or RS256 */
  readonly id_token_signed_response_alg?: AsymmetricAlgorithm
  /** The algorithm that signs its access tokens. @default that of the deployment */
  readonly access_token_signed_response_alg?: AsymmetricAlgorithm
  /**
   * `scopes`: ID tokens have the claims of the granted scopes, as some libraries expect. `userinfo`: only /userinfo has them (OpenID Connect
   * Core §5.4). @default 'userinfo'
   */
  readonly id_token_claims?: IdTokenClaims
  /**
   * Instead of `id_token_claims`: the claims that ID tokens have when the granted scopes release them. @default ['groups', 'roles']
   */
  readonly claims_in_id_token?: readonly string[]
  /** Stands before each name of the claim `groups`, such as `oidc:`. @default nothing */
  readonly groups_prefix?: string
  /** Where logout tokens are sent (OpenID Connect Back-Channel Logout §2.2). */
  readonly backchannel_logout_uri?: string
  /** @default false */
  readonly backchannel_logout_session_required?: boolean
  /** The deployment's own software: there is no consent page. @default false */
  readonly first_party?: boolean
  /**
   * For confidential clients; public ones always use PKCE. `true`: required. `false`: for those that can use neither PKCE nor a `nonce`.
   * @default PKCE or, with the scope `openid`, a `nonce`; with the option `strictPkce` as `true`
   */
  readonly require_pkce?: boolean
  /** May introspect the tokens of every client, when their `aud` is one of its `audiences`. @default false */
  readonly resource_server?: boolean
  /** The `aud` of the tokens that a resource server may introspect; `*` for all, as a gateway needs. @default the issuer, and its client_id */
  readonly audiences?: readonly string[]
}

/** A client in the configuration. */
export interface ClientDeclaration extends ClientMetadata {
  /** How it may get tokens. @default ['authorization_code'] */
  readonly grant_types?: readonly GrantType[]
  /** At least 32 characters. Read it from the environment; do not write it into a file. */
  readonly client_secret?: string
  /** Instead of `client_secret`, while one secret replaces another: at most two. */
  readonly client_secrets?: readonly string[]
}

/** The complete registration of a client, as a copy. `clientOf` is its inverse. */
export function metadataOf(client: Client): ClientMetadata {
  return {
    client_id: client.id,
    // Without a name of its own the client has its id as name, which may be longer than a name.
    ...(client.name !== client.id && { client_name: client.name }),
    ...(client.authMethod && { token_endpoint_auth_method: client.authMethod }),
    grant_types: [...client.grantTypes],
    scope: client.scopes.join(' '),
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    ...(client.applicationType && { application_type: client.applicationType }),
    ...(client.clientUri !== undefined && { client_uri: client.clientUri }),
    ...(client.logoUri !== undefined && { logo_uri: client.logoUri }),
    ...(client.policyUri !== undefined && { policy_uri: client.policyUri }),
    ...(client.tosUri !== undefined && { tos_uri: client.tosUri }),
    ...(client.idTokenAlgorithm && { id_token_signed_response_alg: client.idTokenAlgorithm }),
    ...(client.accessTokenAlgorithm && { access_token_signed_response_alg: client.accessTokenAlgorithm }),
    ...(client.idTokenClaims && { id_token_claims: client.idTokenClaims }),
    ...(client.claimsInIdToken && { claims_in_id_token: [...client.claimsInIdToken] }),
    ...(client.groupsPrefix !== undefined && { groups_prefix: client.groupsPrefix }),
    ...(client.backchannelLogoutUri !== undefined && { backchannel_logout_uri: client.backchannelLogoutUri }),
    backchannel_logout_session_required: client.backchannelLogoutSessionRequired,
    first_party: client.isFirstParty,
    ...(client.requirePkce !== undefined && { require_pkce: client.requirePkce }),
    resource_server: client.isResourceServer,
    ...(client.audiences && { audiences: [...client.audiences] }),
  }
}

/** The client of a valid registration. An omitted member has its default, except `scope`: without it, the client has no scopes. */
export function clientOf(metadata: ClientMetadata, isDisabled: boolean): Client {
  return {
    id: metadata.client_id,
    name: metadata.client_name ?? metadata.client_id,
    authMethod: metadata.token_endpoint_auth_method,
    grantTypes: metadata.grant_types ?? ['authorization_code'],
    scopes: scopesIn(metadata.scope),
    redirectUris: metadata.redirect_uris ?? [],
    postLogoutRedirectUris: metadata.post_logout_redirect_uris ?? [],
    applicationType: metadata.application_type,
    isFirstParty: metadata.first_party ?? false,
    requirePkce: metadata.require_pkce,
    clientUri: metadata.client_uri,
    logoUri: metadata.logo_uri,
    policyUri: metadata.policy_uri,
    tosUri: metadata.tos_uri,
    accessTokenAlgorithm: metadata.access_token_signed_response_alg,
    idTokenAlgorithm: metadata.id_token_signed_response_alg,
    ...(metadata.id_token_claims && { idTokenClaims: metadata.id_token_claims }),
    ...(metadata.claims_in_id_token && { claimsInIdToken: metadata.claims_in_id_token }),
    ...(metadata.groups_prefix !== undefined && { groupsPrefix: metadata.groups_prefix }),
    backchannelLogoutUri: metadata.backchannel_logout_uri,
    backchannelLogoutSessionRequired: metadata.backchannel_logout_session_required ?? false,
    isResourceServer: metadata.resource_server ?? false,
    ...(metadata.audiences && { audiences: metadata.audiences }),
    isDisabled,
    registeredAt: undefined,
  }
}
