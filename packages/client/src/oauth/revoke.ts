/** Tells the issuer that tokens are not needed any more (RFC 7009). */

import type { OAuthConfig } from './config.ts'
import { requireEndpoint } from './metadata.ts'
import { post } from './post-form.ts'
import type { Tokens } from './tokens.ts'

/** Revokes the refresh token and the access token. @throws ClientError; then they may still be good */
export async function revokeTokens(config: OAuthConfig, { accessToken, refreshToken }: Tokens): Promise<void> {
  const endpoint = await requireEndpoint(config, 'revocationEndpoint')
  // RFC 7009 §2.1: of a refresh token first, since the issuer also revokes what was made with it.
  if (refreshToken !== undefined)
    await post(config, endpoint, { token: refreshToken, token_type_hint: 'refresh_token' })
  await post(config, endpoint, { token: accessToken, token_type_hint: 'access_token' })
}
