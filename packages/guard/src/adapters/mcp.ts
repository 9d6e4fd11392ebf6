/** The guard in front of an MCP server made with @modelcontextprotocol/server 2. */

import type { Guard, Requirement } from '../guard.ts'
import { isChallenge } from '../is-challenge.ts'
import { informationOf, type TokenInformation } from './mcp-token-information.ts'

export type { TokenInformation } from './mcp-token-information.ts'

/** What `requireBearerAuth` of the SDK takes as `verifier`. */
export interface TokenVerifier {
  /** @throws the SDK's `OAuthError`: `invalid_token`, or `server_error` when the token can't be checked now */
  readonly verifyAccessToken: (token: string) => Promise<TokenInformation>
}

/**
 * Verifies tokens for the SDK: `requireBearerAuth({ verifier: tokenVerifier(guard, OAuthError), resourceMetadataUrl: guard.metadata().url })`.
 * The scopes that are needed go into the SDK's `requiredScopes`.
 *
 * @param guard made with `metadata`, which an MCP server must serve (MCP Authorization, RFC 9728)
 * @param OAuthError the SDK's own class, since it answers anything else that is thrown with 500
 * @throws TypeError when the guard was made without `metadata`
 */
export function tokenVerifier(
  guard: Guard,
  OAuthError: new (code: string, description: string) => Error,
): TokenVerifier {
  const metadata = guard.metadata()
  return {
    verifyAccessToken: async (token) => {
      try {
        return informationOf(token, await guard.checkToken(token), metadata)
      } catch (error) {
        if (!isChallenge(error)) throw error
        // A client that is told invalid_token would log its user in again, which helps nobody while the issuer is away.
        const code = error.status === 503 ? 'server_error' : 'invalid_token'
        throw new OAuthError(code, error.body['error_description'] ?? 'The access token was refused')
      }
    },
  }
}

/**
 * The guard in the place of `requireBearerAuth`: answers what a token is good for, or the response that refuses the request. It looks at
 * the whole request, so that tokens that are bound to a key pass with their proof, and says 503 while the issuer is away.
 *
 * @throws TypeError when the guard was made without `metadata`
 */
export function protect(
  guard: Guard,
  requirement?: Requirement,
): (request: Request) => Promise<TokenInformation | Response> {
  const metadata = guard.metadata()
  return async (request) => {
    try {
      const access = await guard.check(request, requirement)
      const [, token = ''] = (request.headers.get('authorization') ?? '').split(' ')
      return informationOf(token, access, metadata)
    } catch (error) {
      if (isChallenge(error)) return error.toResponse()
      throw error
    }
  }
}
