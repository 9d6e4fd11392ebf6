/** Tokens for a username and a password (RFC 6749 §4.3), as in the FastAPI tutorial. */
import type { OAuthConfig } from './config.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** What the user typed. */
export interface PasswordOptions {
  readonly username: string
  readonly password: string
  /** @default the client's `scope` */
  readonly scope?: string
}

/**
 * For the first-party app of an issuer that still has this grant: OAuth 2.1 has it no more, since the app sees the password and
 * no second factor can be asked for (RFC 9700 §2.4).
 *
 * @throws ClientError; `invalid_grant` in `error` when username or password is wrong
 */
export async function requestWithPassword(config: OAuthConfig, options: PasswordOptions): Promise<Tokens> {
  const { username, password, scope = config.scope } = options
  return await requestTokens(
    config,
    { grant_type: 'password', username, password, scope, resource: config.resources },
    { scopes: splitScope(scope) },
  )
}
