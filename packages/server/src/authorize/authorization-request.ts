/** The second half of an authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1): its errors go to the redirect URI. */
import type { Config } from '../config/options.ts'
import { authenticationContext } from '../domain/authentication-context.ts'
import { claimsWithin, releasedClaims } from '../domain/claims.ts'
import { type Client, mayUseGrant } from '../domain/client.ts'
import type { RequestedClaims } from '../domain/grant.ts'
import { isPrompt, type Prompt } from '../domain/prompt.ts'
import { availableScopes, grantScopes, scopesIn } from '../domain/scope.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Form } from '../oauth/form.ts'
import { readResources } from '../oauth/resource.ts'
import { describeDifference, describeReceived } from '../trace/difference.ts'
import { readClaimsParameter } from './claims-parameter.ts'
import { readCodeChallenge } from './code-challenge.ts'
import { invalidRequest } from './invalid-request.ts'

export interface AuthorizationRequest {
  readonly scopes: readonly string[]
  /** What was requested beside them: unknown scopes, and those that the client cannot have. */
  readonly ignoredScopes: readonly string[]
  /** The requested resource servers, as registered. None: this server itself. */
  readonly resources: readonly string[]
  readonly nonce: string | undefined
  /** The S256 challenge; `undefined` for confidential clients that use the nonce instead, or are registered without either. */
  readonly codeChallenge: string | undefined
  readonly prompts: ReadonlySet<Prompt>
  /** Seconds. */
  readonly maxAge: number | undefined
  readonly idTokenHint: string | undefined
  readonly claims: RequestedClaims
  /** The user who must be logged in, by the `claims` parameter. */
  readonly subject: string | undefined
}

/** @throws OAuthError with a code of RFC 6749 §4.1.2.1 or OIDC Core §3.1.2.6 */
export function readAuthorizationRequest(config: Config, client: Client, parameters: Form): AuthorizationRequest {
  rejectRequestObjects(parameters)
  requireCodeFlow(client, parameters)
  const nonce = readNonce(parameters.get('nonce'))
  const resources = requireResources(config, parameters)
  const scopes = requireScopes(config, client, parameters)
  const ignoredScopes = scopesIn(parameters.get('scope')).filter((name) => !scopes.includes(name))
  // OIDC Core §3.1.2.1: an OpenID request MUST name its redirect URI.
  if (scopes.includes('openid') && parameters.get('redirect_uri') === undefined) {
    throw invalidRequest('redirect_uri is required with the scope openid', 'redirect_uri_missing')
  }
  const claims = readClaimsParameter(parameters.get('claims'), releasedClaims(config.claimsOfScope))
  if (claims.essentialAcr.length > 0 && !claims.essentialAcr.includes(authenticationContext)) {
    // OIDC Core §5.5.1.1: if an essential acr cannot be met, the authentication MUST be treated as failed.
    throw new OAuthError('unmet_authentication_requirements', 'the essential acr cannot be met', {
      reason: 'acr_unmet',
      expected: authenticationContext,
    })
  }
  return {
    scopes,
    ignoredScopes,
    resources,
    nonce,
    codeChallenge: readCodeChallenge(config, client, parameters, scopes),
    prompts: readPrompts(parameters.get('prompt')),
    maxAge: readMaxAge(parameters.get('max_age')),
    idTokenHint: parameters.get('id_token_hint'),
    // OIDC Core §5.5: the server may leave out what the client cannot have.
    claims: {
      idToken: claimsWithin(config.claimsOfScope, client.scopes, claims.requested.idToken),
      userInfo: claimsWithin(config.claimsOfScope, client.scopes, claims.requested.userInfo),
    },
    subject: claims.subject,
  }
}

/** OIDC Core §3.1.2.6: an unsupported parameter is rejected with its own error code, not ignored. */
function rejectRequestObjects(parameters: Form): void {
  if (parameters.get('request') !== undefined) {
    throw new OAuthError('request_not_supported', 'request objects are not supported', {
      reason: 'request_object_unsupported',
    })
  }
  if (parameters.get('request_uri') !== undefined) {
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported', {
      reason: 'request_uri_unsupported',
    })
  }
}

function requireCodeFlow(client: Client, parameters: Form): void {
  const responseType = parameters.require('response_type')
  if (responseType !== 'code') {
    throw new OAuthError('unsupported_response_type', 'response_type must be code', {
      reason: 'response_type_unsupported',
      expected: 'code',
      received: describeDifference(['code'], responseType),
    })
  }
  if (!mayUseGrant(client, 'authorization_code')) {
    throw new OAuthError('unauthorized_client', 'the client may not use the authorization code flow', {
      reason: 'grant_not_allowed',
    })
  }
  const mode = parameters.get('response_mode')
  if (mode !== undefined && mode !== 'query' && mode !== 'form_post') {
    throw invalidRequest('response_mode must be query or form_post', 'response_mode_unsupported', 'query or form_post')
  }
}

function requireResources(config: Config, parameters: Form): readonly string[] {
  const resources = readResources(config, parameters)
  return resources.every((resource) => resource === config.issuer) ? [] : resources
}

function requireScopes(config: Config, client: Client, parameters: Form): readonly string[] {
  const defaults = config.defaultScopes.filter((scope) => client.scopes.includes(scope))
  const names = scopesIn(parameters.get('scope'))
  // OIDC Core §11: offline access that the client cannot have is ignored. A request for nothing else gets no scope, not the defaults.
  const requested = mayUseGrant(client, 'refresh_token') ? names : names.filter((name) => name !== 'offline_access')
  if (names.length > 0 && requested.length === 0) return []
  const text = requested.join(' ')
  // OIDC Core §3.1.2.1: scopes that are not understood SHOULD be ignored. RFC 6749 §3.3: the token response says what was granted.
  const scopes = (config.strictScopes ? grantScopes : availableScopes)(text, client.scopes, defaults)
  if (scopes) return scopes
  throw new OAuthError('invalid_scope', 'a requested scope is unknown or not allowed for this client', {
    reason: 'scope_not_allowed',
    expected: client.scopes.join(' '),
  })
}

const maxNonceLength = 4096

function readNonce(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= maxNonceLength) return text
  const expected = `at most ${maxNonceLength} characters`
  const received = `${text.length} characters`
  throw invalidRequest(`nonce is longer than ${maxNonceLength} characters`, 'nonce_too_long', expected, received)
}

function readPrompts(text: string | undefined): ReadonlySet<Prompt> {
  const prompts = (text ?? '').split(' ').filter((name) => name !== '')
  const known = prompts.filter(isPrompt)
  // OIDC Core §3.1.2.1: none together with any other value is an error.
  if (known.length < prompts.length || (known.includes('none') && known.length > 1)) {
    const expected = 'none alone, or some of login, consent and select_account'
    throw invalidRequest(`prompt must be ${expected}`, 'prompt_malformed', expected, describeReceived(text))
  }
  return new Set(known)
}

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) {
    const expected = 'a whole number of seconds'
    throw invalidRequest(`max_age must be ${expected}`, 'max_age_malformed', expected, describeReceived(text))
  }
  return Number(text)
}
