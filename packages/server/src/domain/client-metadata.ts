/** A client as it is registered and stored: the names of RFC 7591 §2, and a few of ours. */
import type { AsymmetricAlgorithm } from './algorithm.ts'
import type { Client, ClientAuthMethod } from './client.ts'
import { scopesIn } from './scope.ts'

export interface ClientMetadata {
  /** Names the client: up to 255 visible ASCII characters, without quotes, colon, `\`, `<` and `>`. */
  readonly client_id: string
  /** What people read on the pages. @default the client_id */
  readonly client_name?: string
  /** `none` for software that can't keep a secret: apps in browsers, on phones and desktops. @default 'client_secret_basic' */
  readonly token_endpoint_auth_method?: ClientAuthMethod
  /** Of authorization_code, refresh_token, client_credentials, password. @default ['authorization_code'] */
  readonly grant_types?: readonly string[]
  /** Scopes that it may ask for, with spaces between them. @default every scope that its grants can have */
  readonly scope?: string
  /** Where codes are sent: compared character by character. @default [] */
  readonly redirect_uris?: readonly string[]
  /** Where browsers may be sent after a logout. @default [] */
  readonly post_logout_redirect_uris?: readonly string[]
  /** `native` allows private-use schemes; `web` fixes the ports of loopback redirect URIs. @default neither */
  readonly application_type?: 'web' | 'native'
  /** The client's home page. */
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly policy_uri?: string
  readonly tos_uri?: string
  /** What signs its ID tokens. @default the deployment's */
  readonly id_token_signed_response_alg?: AsymmetricAlgorithm
  /** What signs its access tokens. @default the deployment's */
  readonly access_token_signed_response_alg?: AsymmetricAlgorithm
  /** Where logout tokens are sent (OpenID Connect Back-Channel Logout §2.2). */
  readonly backchannel_logout_uri?: string
  /** @default false */
  readonly backchannel_logout_session_required?: boolean
  /** Software of the deployment's own: no consent page. @default false */
  readonly first_party?: boolean
  /** `false` is for confidential clients that can't do PKCE. @default true */
  readonly require_pkce?: boolean
  /** May introspect the tokens of every client. @default false */
  readonly resource_server?: boolean
}

/** A client as the configuration declares it. */
export interface ClientDeclaration extends ClientMetadata {
  /** At least 32 characters. Read it from the environment; do not write it into a file. */
  readonly client_secret?: string
  /** Instead of `client_secret`, while one follows another: at most two. */
  readonly client_secrets?: readonly string[]
}

/** The registration of a client, complete. `clientOf` is its inverse. */
export function metadataOf(client: Client): ClientMetadata {
  return {
    client_id: client.id,
    client_name: client.name,
    token_endpoint_auth_method: client.authMethod,
    grant_types: client.grantTypes,
    scope: client.scopes.join(' '),
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    ...(client.applicationType && { application_type: client.applicationType }),
    ...(client.clientUri !== undefined && { client_uri: client.clientUri }),
    ...(client.logoUri !== undefined && { logo_uri: client.logoUri }),
    ...(client.policyUri !== undefined && { policy_uri: client.policyUri }),
    ...(client.tosUri !== undefined && { tos_uri: client.tosUri }),
    ...(client.idTokenAlgorithm && { id_token_signed_response_alg: client.idTokenAlgorithm }),
    ...(client.accessTokenAlgorithm && { access_token_signed_response_alg: client.accessTokenAlgorithm }),
    ...(client.backchannelLogoutUri !== undefined && { backchannel_logout_uri: client.backchannelLogoutUri }),
    backchannel_logout_session_required: client.backchannelLogoutSessionRequired,
    first_party: client.isFirstParty,
    require_pkce: client.requirePkce,
    resource_server: client.isResourceServer,
  }
}

/** The client of a valid registration. What is left out has its default; `scope` has none here: without, no scopes. */
export function clientOf(metadata: ClientMetadata, isDisabled: boolean): Client {
  return {
    id: metadata.client_id,
    name: metadata.client_name ?? metadata.client_id,
    authMethod: metadata.token_endpoint_auth_method ?? 'client_secret_basic',
    grantTypes: metadata.grant_types ?? ['authorization_code'],
    scopes: scopesIn(metadata.scope),
    redirectUris: metadata.redirect_uris ?? [],
    postLogoutRedirectUris: metadata.post_logout_redirect_uris ?? [],
    applicationType: metadata.application_type,
    isFirstParty: metadata.first_party ?? false,
    requirePkce: metadata.require_pkce ?? true,
    clientUri: metadata.client_uri,
    logoUri: metadata.logo_uri,
    policyUri: metadata.policy_uri,
    tosUri: metadata.tos_uri,
    accessTokenAlgorithm: metadata.access_token_signed_response_alg,
    idTokenAlgorithm: metadata.id_token_signed_response_alg,
    backchannelLogoutUri: metadata.backchannel_logout_uri,
    backchannelLogoutSessionRequired: metadata.backchannel_logout_session_required ?? false,
    isResourceServer: metadata.resource_server ?? false,
    isDisabled,
    registeredAt: undefined,
  }
}
