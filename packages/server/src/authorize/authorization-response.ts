/** The response of /authorize to the client (RFC 6749 §4.1.2, OAuth 2.0 Form Post Response Mode). */
import type { Config } from '../config/options.ts'
import { errorUri } from '../oauth/error-uri.ts'
import { type OAuthError, responseOf } from '../oauth/errors.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { AuthorizationTarget } from './authorization-target.ts'

export function codeResponse(config: Config, target: AuthorizationTarget, code: string): Reply {
  return responseWith(config, target, { code })
}

/** RFC 6749 §4.1.2.1. Only for a redirect URI that is proven. */
export function errorResponse(config: Config, target: AuthorizationTarget, error: OAuthError): Reply {
  const parameters = {
    error: responseOf(error.code).error,
    error_description: error.message,
    error_uri: errorUri(config.issuer, error),
  }
  return { ...responseWith(config, target, parameters), rejection: error }
}

function responseWith(config: Config, target: AuthorizationTarget, outcome: Readonly<Record<string, string>>): Reply {
  const parameters = {
    ...outcome,
    // RFC 6749 §4.1.2: REQUIRED if the request had one, exactly as received.
    ...(target.state !== undefined && { state: target.state }),
    // RFC 9207 §2: in every response, errors included.
    iss: config.issuer,
  }
  if (target.responseMode === 'form_post') {
    return { status: 200, headers: {}, body: '', formPost: { action: target.redirectUri, parameters } }
  }
  const separator = target.redirectUri.includes('?') ? '&' : '?'
  return seeOther(`${target.redirectUri}${separator}${new URLSearchParams(parameters)}`)
}
