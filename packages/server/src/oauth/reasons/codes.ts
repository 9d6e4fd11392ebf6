/** What each error code tells the client, when only the operator sees the reason. */
import type { ErrorCode } from '../errors.ts'
import type { ReasonEntry } from './reason-entry.ts'

const askOperator =
  'If the request should have worked, ask the operator: the `x-request-id` of the response leads to the reason.'

export const codeEntries: Readonly<Record<ErrorCode, ReasonEntry>> = {
  invalid_request: {
    happened: 'A part of the request is missing, repeated or malformed.',
    remedy: `Read \`error_description\`. ${askOperator}`,
  },
  invalid_client: {
    happened:
      'Client authentication failed: the client is unknown or disabled, the secret is wrong, or the method is wrong.',
    remedy: `Check the client's id, secret and authentication method. ${askOperator}`,
  },
  unauthorized_client: {
    happened: 'The client is not registered for this grant type.',
    remedy: 'Ask the operator to register the grant type for the client.',
  },
  unsupported_grant_type: { happened: 'The `grant_type` is not supported.', remedy: 'Use another grant type.' },
  invalid_grant: {
    happened:
      'The authorization code or the refresh token is not valid, has expired, was used before, or belongs to another client.',
    remedy: `Send the user through a login again. ${askOperator}`,
  },
  invalid_scope: {
    happened: 'A requested scope is unknown or not allowed for this client.',
    remedy: 'Request fewer scopes.',
  },
  invalid_target: {
    happened: 'The requested `resource` is unknown or was not granted (RFC 8707 §2).',
    remedy: 'Correct `resource`, or omit it.',
  },
  unsupported_response_type: { happened: 'The `response_type` is not supported.', remedy: 'Use `code`.' },
  unsupported_token_type: {
    happened: 'Tokens of this type cannot be revoked.',
    remedy: 'Wait until the token expires.',
  },
  request_not_supported: { happened: 'The `request` parameter is not supported.', remedy: 'Send plain parameters.' },
  request_uri_not_supported: {
    happened: 'The `request_uri` parameter is not supported.',
    remedy: 'Send plain parameters.',
  },
  login_required: { happened: 'Nobody is logged in.', remedy: 'Send the request again, without `prompt=none`.' },
  consent_required: {
    happened: 'The user has not consented yet.',
    remedy: 'Send the request again, without `prompt=none`.',
  },
  unmet_authentication_requirements: {
    happened: 'The user cannot log in with the strength that the client requires (`acr_values`, `claims`).',
    remedy: 'Require less, or ask the operator.',
  },
  access_denied: {
    happened: 'The user, or a rule of the operator, denied the request.',
    remedy: 'Nothing: they decide.',
  },
  forbidden: {
    happened: 'The form was not sent from its own page, or the page was open for too long.',
    remedy: 'Go back to the application and start again. Cookies must be allowed.',
  },
  incorrect_login: {
    happened:
      'The login with username and password failed. Every reason has the same response, so that nobody learns which accounts exist.',
    remedy: `Check both. After many attempts, wait some minutes. ${askOperator}`,
  },
  not_authenticated: {
    happened: 'The request has no token.',
    remedy: 'Send `Authorization: Bearer` and a token.',
  },
  invalid_token: {
    happened: 'The token is not valid, or no longer valid.',
    remedy: `Get a new one. ${askOperator}`,
  },
  insufficient_scope: {
    happened: 'The token lacks a scope; the challenge in `WWW-Authenticate` names the scopes that are needed.',
    remedy: 'Request the scope at the login.',
  },
  not_found: { happened: 'There is no such path.', remedy: 'Check the path: it is compared as it is sent.' },
  method_not_allowed: {
    happened: 'The path does not support this method.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: { happened: 'The request did not arrive in time.', remedy: 'Send it again.' },
  request_too_large: { happened: 'The body is too large.', remedy: 'Send less.' },
  target_too_long: { happened: 'The path and query are too long.', remedy: 'Send less.' },
  unsupported_media_type: {
    happened: 'The encoding of the body is not supported.',
    remedy: 'Send the body without `Content-Encoding`.',
  },
  too_many_requests: {
    happened: 'Too many login attempts from this address failed, or too many client secrets were wrong.',
    remedy: 'Wait for the number of seconds in `Retry-After`.',
  },
  headers_too_large: { happened: 'The headers are too large.', remedy: 'Send fewer or smaller cookies.' },
  server_error: { happened: 'The server has an error.', remedy: askOperator },
  temporarily_unavailable: {
    happened: 'The server or its database is overloaded or not available.',
    remedy: 'Wait for the number of seconds in `Retry-After`, and try again.',
  },
}
