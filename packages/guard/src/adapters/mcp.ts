/** The guard in front of an MCP server made with @modelcontextprotocol/server 2. */

import type { Access } from '../access.ts'
import type { Guard, Requirement } from '../guard.ts'
import type { ResourceMetadata } from '../metadata.ts'
import { isRejection } from '../rejection.ts'

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
        if (!isRejection(error)) throw error
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
      if (isRejection(error)) return error.toResponse()
      throw error
    }
  }
}

/** What the SDK hands to the tools as `context.http.authInfo`. */
export interface TokenInformation {
  readonly token: string
  /** Empty when an introspection endpoint does not tell it. */
  readonly clientId: string
  /** With those that they include, for the SDK compares them word by word. */
  readonly scopes: string[]
  /** Seconds since the epoch. The SDK refuses a token without it. */
  readonly expiresAt?: number
  readonly resource: URL
  readonly resourceMetadataUrl: string
  readonly extra: { readonly subject: string; readonly claims: Readonly<Record<string, unknown>> }
}

export function informationOf(token: string, access: Access, { url, document }: ResourceMetadata): TokenInformation {
  const { subject, clientId, scopes, expiresAt, claims } = access
  return {
    token,
    clientId: clientId ?? '',
    scopes: [...scopes],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    // A new one, for a URL can be changed.
    resource: new URL(document.resource),
    resourceMetadataUrl: url,
    extra: { subject, claims },
  }
}
