/** Asks the issuer to revoke tokens (RFC 7009). */
import type { OAuthConfig } from './config.ts'
import { requireEndpoint } from './metadata.ts'
import { post } from './post-form.ts'
import type { Tokens } from './tokens.ts'

/** Revokes the refresh token and the access token. @throws ClientError; then they may still be valid */
export async function revokeTokens(config: OAuthConfig, { accessToken, refreshToken }: Tokens): Promise<void> {
  const endpoint = await requireEndpoint(config, 'revocation')
  // RFC 7009 §2.1: the refresh token comes first, since the issuer then also revokes the access tokens of the same grant.
  if (refreshToken !== undefined)
    await post(config, endpoint, { token: refreshToken, token_type_hint: 'refresh_token' })
  await post(config, endpoint, { token: accessToken, token_type_hint: 'access_token' })
}
