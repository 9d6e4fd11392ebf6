/** Tokens for a username and a password (RFC 6749 §4.3), as in the FastAPI tutorial. */
import type { OAuthConfig } from './config.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** What the user entered. */
export interface PasswordOptions {
  readonly username: string
  readonly password: string
  /** @default the client's `scope` */
  readonly scope?: string
}

/**
 * For first-party apps of issuers that still offer this grant type. OAuth 2.1 has removed it: the app sees the password, and a second
 * factor is not possible (RFC 9700 §2.4).
 *
 * @throws ClientError; `error` is `invalid_grant` when the username or the password is wrong
 */
export async function requestWithPassword(config: OAuthConfig, options: PasswordOptions): Promise<Tokens> {
  const { username, password, scope = config.scope } = options
  return await requestTokens(
    config,
    { grant_type: 'password', username, password, scope },
    { scopes: splitScope(scope) },
  )
}
