/** Where the browser goes to log out at the issuer, too (OpenID Connect RP-Initiated Logout §2). */

import type { OAuthConfig } from './config.ts'
import { requireEndpoint } from './metadata.ts'
import { withQuery } from './post-form.ts'
import type { Tokens } from './tokens.ts'

/** What one log-out may have of its own. */
export interface LogoutOptions {
  /** Comes back with the browser. */
  readonly state?: string
}

/** @throws ClientError with the code `endpoint_missing` when the issuer has no such page */
export async function logoutUrl(
  config: OAuthConfig,
  tokens: Tokens | undefined,
  { state }: LogoutOptions = {},
): Promise<string> {
  return withQuery(await requireEndpoint(config, 'endSessionEndpoint'), {
    // §2: RECOMMENDED, so that the issuer knows whose session it is, and need not ask.
    id_token_hint: tokens?.idToken,
    client_id: config.clientId,
    post_logout_redirect_uri: config.postLogoutRedirectUri,
    state,
  })
}
