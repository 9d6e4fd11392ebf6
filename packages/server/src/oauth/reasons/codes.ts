/** What each error code says to who gets it, where the reason itself stays inside. */
import type { ErrorCode } from '../errors.ts'
import type { ReasonEntry } from './reason-entry.ts'

const askOperator = 'If it should have worked, ask the operator: the `x-request-id` of the answer leads to the cause.'

export const codeEntries: Readonly<Record<ErrorCode, ReasonEntry>> = {
  invalid_request: {
    happened: 'The request lacks something, repeats something or is malformed.',
    remedy: `Read \`error_description\`. ${askOperator}`,
  },
  invalid_client: {
    happened: 'The client was not authenticated: unknown, with a wrong secret, in a wrong way, or disabled.',
    remedy: `Check the client's id, secret and method. ${askOperator}`,
  },
  unauthorized_client: {
    happened: 'The client may not use this grant.',
    remedy: 'Ask the operator to register the grant for it.',
  },
  unsupported_grant_type: { happened: 'The `grant_type` is not served.', remedy: 'Use another grant.' },
  invalid_grant: {
    happened: 'The code or the refresh token is not valid, is over, was used before, or belongs to another client.',
    remedy: `Send the user through a log-in again. ${askOperator}`,
  },
  invalid_scope: { happened: 'A scope that was asked for may not be had.', remedy: 'Ask for less.' },
  invalid_target: {
    happened: 'The `resource` that was asked for may not be had (RFC 8707 §2).',
    remedy: 'Correct it, or leave it out.',
  },
  unsupported_response_type: { happened: 'The `response_type` is not served.', remedy: 'Use `code`.' },
  unsupported_token_type: { happened: 'This type of token is not revoked here.', remedy: 'Let it expire.' },
  request_not_supported: { happened: 'The `request` parameter is not served.', remedy: 'Send plain parameters.' },
  request_uri_not_supported: {
    happened: 'The `request_uri` parameter is not served.',
    remedy: 'Send plain parameters.',
  },
  login_required: { happened: 'Nobody is logged in.', remedy: 'Ask again, without `prompt=none`.' },
  consent_required: { happened: 'The user has not agreed yet.', remedy: 'Ask again, without `prompt=none`.' },
  unmet_authentication_requirements: {
    happened: 'The user can not log in as strongly as the client insists on (`acr_values`, `claims`).',
    remedy: 'Insist on less, or ask the operator.',
  },
  access_denied: { happened: 'The user, or a rule of the operator, said no.', remedy: 'Nothing: it is their choice.' },
  forbidden: {
    happened: 'The form was not sent by the page that it belongs to, or the page was open for too long.',
    remedy: 'Go back to the application and start again. Cookies must be allowed.',
  },
  incorrect_login: {
    happened: 'Username and password do not let in. Every cause is answered alike: nobody learns which accounts exist.',
    remedy: `Check both; wait some minutes after many attempts. ${askOperator}`,
  },
  not_authenticated: { happened: 'The request carries no token.', remedy: 'Send `Authorization: Bearer` and a token.' },
  invalid_token: {
    happened: 'The token is not valid, or no longer.',
    remedy: `Get a new one. ${askOperator}`,
  },
  insufficient_scope: {
    happened: 'The token lacks a scope; the challenge in `WWW-Authenticate` names what is needed.',
    remedy: 'Ask for it when logging in.',
  },
  not_found: { happened: 'There is no such path.', remedy: 'Check the path: it is compared as sent.' },
  method_not_allowed: {
    happened: 'The path is not served with this method.',
    remedy: 'Use one of those in the `Allow` header.',
  },
  request_timeout: { happened: 'The request did not come in time.', remedy: 'Send it again.' },
  request_too_large: { happened: 'The body is too large.', remedy: 'Send less.' },
  target_too_long: { happened: 'Path and query are too long.', remedy: 'Send less.' },
  unsupported_media_type: { happened: 'The body is encoded in a way that is not taken.', remedy: 'Send it as it is.' },
  too_many_requests: {
    happened: 'Too many attempts failed from this address.',
    remedy: 'Wait for as many seconds as `Retry-After` says.',
  },
  headers_too_large: { happened: 'The headers are too large.', remedy: 'Send fewer or smaller cookies.' },
  server_error: { happened: 'A fault of the server.', remedy: askOperator },
  temporarily_unavailable: {
    happened: 'The server, or its database, is overloaded or away.',
    remedy: 'Wait for as many seconds as `Retry-After` says, and try again.',
  },
}
