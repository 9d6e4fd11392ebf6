/** Where the browser goes to log out at the issuer too (OpenID Connect RP-Initiated Logout §2). */
import type { OAuthConfig } from './config.ts'
import { requireEndpoint } from './metadata.ts'
import { withQuery } from './post-form.ts'
import type { Tokens } from './tokens.ts'

/** Options of one logout. */
export interface LogoutOptions {
  /** The browser brings it back. */
  readonly state?: string
}

/** @throws ClientError with the code `endpoint_missing` when the issuer has no page for it */
export async function logoutUrl(
  config: OAuthConfig,
  tokens: Tokens | undefined,
  { state }: LogoutOptions = {},
): Promise<string> {
  return withQuery(await requireEndpoint(config, 'end_session'), {
    // §2: RECOMMENDED. The issuer then knows the session, and need not ask the user.
    id_token_hint: tokens?.idToken,
    client_id: config.clientId,
    post_logout_redirect_uri: config.postLogoutRedirectUri,
    state,
  })
}
