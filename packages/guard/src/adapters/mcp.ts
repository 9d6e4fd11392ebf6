/** The guard for an MCP server that uses @modelcontextprotocol/server 2, or @modelcontextprotocol/sdk 1. */

import type { Access } from '../access.ts'
import type { Guard, Requirement } from '../guard.ts'
import type { ResourceMetadata } from '../metadata.ts'
import { isRejection } from '../rejection.ts'

/** The `verifier` of the SDK's `requireBearerAuth`. */
export interface TokenVerifier {
  /** @throws the SDK's error for `invalid_token`, or for `server_error` when the token cannot be checked now */
  readonly verifyAccessToken: (token: string) => Promise<TokenInformation>
}

/**
 * Verifies tokens for the SDK: `requireBearerAuth({ verifier: tokenVerifier(guard, OAuthError), resourceMetadataUrl: guard.metadata().url })`,
 * in version 1 `tokenVerifier(guard, { InvalidTokenError, ServerError })`. Required scopes go into the SDK's `requiredScopes`.
 *
 * @param guard made with `metadata`, which an MCP server must serve (MCP Authorization, RFC 9728)
 * @param errors the SDK's classes: the SDK responds to any other error with 500, or without a challenge
 * @throws TypeError when the guard was made without `metadata`, or the classes are of the other version
 */
export function tokenVerifier(guard: Guard, errors: Version2Error | Version1Errors): TokenVerifier {
  const metadata = guard.metadata()
  const makeError = errorMaker(errors)
  return {
    verifyAccessToken: async (token) => {
      try {
        return toTokenInformation(token, await guard.checkToken(token), metadata)
      } catch (error) {
        if (!isRejection(error)) throw error
        // After invalid_token, a client would ask its user to log in again: useless while the issuer is unavailable.
        const code = error.status === 503 ? 'server_error' : 'invalid_token'
        throw makeError(code, error.body['error_description'] ?? 'The access token is not accepted')
      }
    },
  }
}

/** `OAuthError` of @modelcontextprotocol/server 2. That of version 1 has no `code`: its first parameter is the description. */
export type Version2Error = new (code: string, description: string) => Error & { readonly code: string }

/** Of `@modelcontextprotocol/sdk/server/auth/errors.js`, version 1: each error code has a class. */
export interface Version1Errors {
  readonly InvalidTokenError: new (description: string) => Error
  readonly ServerError: new (description: string) => Error
}

type ErrorCode = 'invalid_token' | 'server_error'

function errorMaker(errors: Version2Error | Version1Errors): (code: ErrorCode, description: string) => Error {
  if (isVersion2(errors)) return (code, description) => new errors(code, description)
  const { InvalidTokenError, ServerError }: Partial<Version1Errors> = errors ?? {}
  if (typeof InvalidTokenError === 'function' && typeof ServerError === 'function') {
    const classes = { invalid_token: InvalidTokenError, server_error: ServerError }
    return (code, description) => new classes[code](description)
  }
  throw new TypeError(
    'tokenVerifier: give OAuthError of @modelcontextprotocol/server, or { InvalidTokenError, ServerError } of @modelcontextprotocol/sdk',
  )
}

/** Programs without types may give the class of version 1. */
function isVersion2(errors: Version2Error | Version1Errors): errors is Version2Error {
  return typeof errors === 'function' && new errors('invalid_token', '').code === 'invalid_token'
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
