/** Tokens for the client itself, without a user (RFC 6749 §4.4). */
import type { OAuthConfig } from './config.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** Options of one request. */
export interface ClientCredentialsOptions {
  /** @default what the issuer grants this client: the client's `scope` option is for logins */
  readonly scope?: string | undefined
}

/** @throws ClientError; `error` is `unauthorized_client` when the client may not use this grant type */
export async function requestClientCredentials(
  config: OAuthConfig,
  { scope }: ClientCredentialsOptions = {},
): Promise<Tokens> {
  return await requestTokens(
    config,
    { grant_type: 'client_credentials', scope },
    { scopes: scope ? splitScope(scope) : [] },
  )
}
