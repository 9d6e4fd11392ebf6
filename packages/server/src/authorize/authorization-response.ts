/** The answer of `/authorize` to the client (RFC 6749 §4.1.2, OAuth 2.0 Form Post Response Mode). */
import type { Config } from '../config/options.ts'
import { errorUri } from '../oauth/error-uri.ts'
import { answerOf, type OAuthError } from '../oauth/errors.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { AuthorizationTarget } from './authorization-target.ts'

/** The code on its way to the client. */
export function codeAnswer(config: Config, target: AuthorizationTarget, code: string): Reply {
  return answer(config, target, { code })
}

/** An error on its way to the client, once its redirect URI is proven. */
export function errorAnswer(config: Config, target: AuthorizationTarget, error: OAuthError): Reply {
  const parameters = {
    error: answerOf(error.code).error,
    error_description: error.message,
    error_uri: errorUri(config.issuer, error),
  }
  return { ...answer(config, target, parameters), rejection: error }
}

function answer(config: Config, target: AuthorizationTarget, told: Readonly<Record<string, string>>): Reply {
  const parameters = {
    ...told,
    // RFC 6749 §4.1.2: REQUIRED if the request had one, exactly as received.
    ...(target.state !== undefined && { state: target.state }),
    // RFC 9207 §2: in every answer, errors included.
    iss: config.issuer,
  }
  if (target.responseMode === 'form_post') {
    return { status: 200, headers: {}, body: '', formPost: { action: target.redirectUri, parameters } }
  }
  const separator = target.redirectUri.includes('?') ? '&' : '?'
  return seeOther(`${target.redirectUri}${separator}${new URLSearchParams(parameters)}`)
}
