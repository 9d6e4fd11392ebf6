/** Renews tokens with the refresh token (RFC 6749 §6, OpenID Connect Core §12). */
import { ClientError, isInvalidGrant } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { readText } from './json.ts'
import { requestTokens } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/**
 * Sends one request: whoever may ask twice at the same time sees to it that only one is sent.
 *
 * @returns the new tokens, complete: what the issuer does not give anew is that of before
 * @throws ClientError with the code `login_required` when the refresh token is missing or good no more. After any other error
 * the refresh token may still be good: keep it
 */
export async function refreshTokens(config: OAuthConfig, tokens: Tokens): Promise<Tokens> {
  const { expiresAt, renewAt, ...lasting } = tokens
  const { refreshToken, claims, scopes } = lasting
  if (refreshToken === undefined) {
    throw new ClientError(
      'login_required',
      'There is no refresh token: log in again, or ask for the scope offline_access',
    )
  }
  const nonce = claims && readText(claims, 'nonce')
  try {
    // RFC 6749 §6: a new refresh token replaces the old one; without a new one, the old one stays.
    return {
      ...lasting,
      ...(await requestTokens(
        config,
        { grant_type: 'refresh_token', refresh_token: refreshToken, resource: config.resources },
        { scopes, subject: claims?.sub, nonce },
      )),
    }
  } catch (cause) {
    if (!isInvalidGrant(cause)) throw cause
    const message = 'The refresh token is good no more: log in again'
    throw new ClientError('login_required', message, { error: 'invalid_grant', cause })
  }
}
