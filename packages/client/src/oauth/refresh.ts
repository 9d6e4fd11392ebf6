/** Renews tokens with the refresh token (RFC 6749 §6, OpenID Connect Core §12). */
import { ClientError, isInvalidGrant } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { readText } from './json.ts'
import { requestTokens } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/**
 * Sends one request. The caller makes sure that no other request with the same refresh token is under way.
 *
 * @returns the new tokens, with everything that the issuer did not replace
 * @throws ClientError with the code `login_required` when the refresh token is missing or no longer valid. After any other error
 * the refresh token may still be valid: keep it
 */
export async function refreshTokens(config: OAuthConfig, tokens: Tokens): Promise<Tokens> {
  const { expiresAt, renewAt, ...lasting } = tokens
  const { refreshToken, claims, scopes } = lasting
  if (refreshToken === undefined) {
    throw new ClientError(
      'login_required',
      'There is no refresh token: log in again, or request the scope offline_access',
    )
  }
  const nonce = claims && readText(claims, 'nonce')
  try {
    // RFC 6749 §6: a new refresh token replaces the old one. Without a new one, the old one stays.
    return {
      ...lasting,
      ...(await requestTokens(
        config,
        { grant_type: 'refresh_token', refresh_token: refreshToken },
        { scopes, subject: claims?.sub, nonce },
      )),
    }
  } catch (cause) {
    if (!isInvalidGrant(cause)) throw cause
    throw new ClientError('login_required', 'The refresh token is no longer valid: log in again', {
      error: 'invalid_grant',
      cause,
    })
  }
}
