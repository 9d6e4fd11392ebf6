/** The clients of the conformance suite: registered statically, confidential, and without PKCE, as most of its modules are. */
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'

/** The URL of the suite when it runs in its containers. */
export const suiteBase = 'https://localhost.emobix.co.uk:8443'

/** The path under which the suite receives the requests of our test. */
export const alias = '/test/a/countersign'

/** By their names in the suite's configuration: the main client, a second one, and one for the module of client_secret_post. */
export interface SuiteClients {
  readonly client: ClientDeclaration
  readonly client2: ClientDeclaration
  readonly client_secret_post: ClientDeclaration
}

/** The clients of the plans Basic and Form Post. `base` is the suite's URL. */
export function loginClients(base: string): SuiteClients {
  return {
    client: suiteClient(base, 'conformance'),
    client2: suiteClient(base, 'conformance-second'),
    client_secret_post: {
      ...suiteClient(base, 'conformance-post'),
      token_endpoint_auth_method: 'client_secret_post',
    },
  }
}

/** The client of the plan RP-Initiated Logout. */
export function rpLogoutClient(base: string): ClientDeclaration {
  return {
    ...suiteClient(base, 'conformance-logout'),
    post_logout_redirect_uris: [`${base}${alias}/post_logout_redirect`],
  }
}

/** The client of the plan Back-Channel Logout. */
export function backchannelClient(base: string): ClientDeclaration {
  return {
    ...suiteClient(base, 'conformance-backchannel'),
    post_logout_redirect_uris: [`${base}${alias}/post_logout_redirect`],
    backchannel_logout_uri: `${base}${alias}/backchannel_logout`,
    backchannel_logout_session_required: true,
  }
}

function suiteClient(base: string, id: string): ClientDeclaration {
  return {
    client_id: id,
    client_name: 'Conformance Suite',
    // Public knowledge: this client is for tests of a server without data.
    client_secret: `${id}: a secret of the conformance tests`,
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [`${base}${alias}/callback`],
    require_pkce: false,
    // oidcc-idtoken-signature requires the algorithm that OIDC Core §15.1 makes mandatory.
    id_token_signed_response_alg: 'RS256',
  }
}
