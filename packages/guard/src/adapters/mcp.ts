/** The guard for an MCP server that uses @modelcontextprotocol/server 2. */

import type { Access } from '../access.ts'
import type { Guard, Requirement } from '../guard.ts'
import type { ResourceMetadata } from '../metadata.ts'
import { isRejection } from '../rejection.ts'

/** The `verifier` of the SDK's `requireBearerAuth`. */
export interface TokenVerifier {
  /** @throws the SDK's `OAuthError`: `invalid_token`, or `server_error` when the token cannot be checked now */
  readonly verifyAccessToken: (token: string) => Promise<TokenInformation>
}

/**
 * Verifies tokens for the SDK: `requireBearerAuth({ verifier: tokenVerifier(guard, OAuthError), resourceMetadataUrl: guard.metadata().url })`.
 * Required scopes go into the SDK's `requiredScopes`.
 *
 * @param guard made with `metadata`, which an MCP server must serve (MCP Authorization, RFC 9728)
 * @param OAuthError the SDK's class: the SDK responds with 500 to any other error
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
        return toTokenInformation(token, await guard.checkToken(token), metadata)
      } catch (error) {
        if (!isRejection(error)) throw error
        // After invalid_token, a client would ask its user to log in again: useless while the issuer is unavailable.
        const code = error.status === 503 ? 'server_error' : 'invalid_token'
        throw new OAuthError(code, error.body['error_description'] ?? 'The access token is not accepted')
      }
    },
  }
}

/**
 * Replaces `requireBearerAuth`: returns the token's information, or the response that rejects the request. It checks the whole request,
 * so that bound tokens pass with their proof, and responds with 503 while the issuer is unavailable.
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
      return toTokenInformation(token, access, metadata)
    } catch (error) {
      if (isRejection(error)) return error.toResponse()
      throw error
    }
  }
}

/** The SDK passes it to tools as `context.http.authInfo`. */
export interface TokenInformation {
  readonly token: string
  /** Empty when an introspection response has none. */
  readonly clientId: string
  /** With included scopes, since the SDK compares single scopes. */
  readonly scopes: string[]
  /** Seconds since the epoch. The SDK rejects a token without it. */
  readonly expiresAt?: number
  readonly resource: URL
  readonly resourceMetadataUrl: string
  readonly extra: { readonly subject: string; readonly claims: Readonly<Record<string, unknown>> }
}

export function toTokenInformation(
  token: string,
  access: Access,
  { url, document }: ResourceMetadata,
): TokenInformation {
  const { subject, clientId, scopes, expiresAt, claims } = access
  return {
    token,
    clientId: clientId ?? '',
    scopes: [...scopes],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    // A new one for each token, since a URL is mutable.
    resource: new URL(document.resource),
    resourceMetadataUrl: url,
    extra: { subject, claims },
  }
}
