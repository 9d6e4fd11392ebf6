/** Tokens of the client's own, without a user (RFC 6749 §4.4). */
import type { OAuthConfig } from './config.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** What one request may have of its own. */
export interface ClientCredentialsOptions {
  /** @default what the issuer gives this client: the client's `scope` option is that of log-ins */
  readonly scope?: string
}

/** @throws ClientError; `unauthorized_client` in `error` when the client may not */
export async function requestClientCredentials(
  config: OAuthConfig,
  { scope }: ClientCredentialsOptions = {},
): Promise<Tokens> {
  return await requestTokens(
    config,
    { grant_type: 'client_credentials', scope, resource: config.resources },
    { scopes: scope ? splitScope(scope) : [] },
  )
}
