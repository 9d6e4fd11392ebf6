/** Why a token was rejected, or a request about a token. For all reasons of `invalid_token`, only the operator sees them (RFC 6750 §3.1). */
import type { TokenRejectionReason } from '@countersign/guard/verifier'
import type { ReasonEntry } from './reason-entry.ts'

export const bearerReasons = {
  token_sent_twice: {
    happened: 'The access token was sent in the header and in the body.',
    remedy: 'Send it once.',
    isPublic: true,
  },
  token_missing: {
    happened: 'There is no `Authorization` header, or it is not Bearer.',
    remedy: 'Log in first. Check whether the proxy removes the header.',
    isPublic: true,
  },
  authorization_malformed: {
    happened: 'After `Bearer`, there is not exactly one space and one token.',
    remedy: 'Correct the client.',
  },
  scope_missing: {
    happened: 'The token lacks a scope; `expected` is what is needed, `received` what the token has.',
    remedy: 'Request the scope at the login.',
    isPublic: true,
  },
  unknown_subject: {
    happened: "The token's `sub` is not the id of a user.",
    remedy: 'The user was deleted, or the token is from another system.',
  },
  token_revoked: { happened: 'The token was revoked.', remedy: 'Log in again.' },
  token_without_user: {
    happened: 'The token belongs to a client, not to a user.',
    remedy: 'Use a token from the login of a user.',
  },
  token_not_revocable: {
    happened: 'The access token has no `jti`, which is needed to revoke it.',
    remedy: 'Add a `jti` in the code that makes tokens, or wait until this token expires.',
    isPublic: true,
  },
  token_of_another_client: {
    happened: 'The token was issued to another client than the one that sent the request.',
    remedy:
      'A client can revoke only its own tokens. To introspect the tokens of other clients, register the client with `resource_server`.',
  },
} as const

/** `TokenRejection.reason` of guard, in the order in which its rules are checked. */
export const verifierReasons: Readonly<Record<TokenRejectionReason, ReasonEntry>> = {
  token_too_long: {
    happened: 'The token has more than 16,384 characters.',
    remedy: 'The token is not from this server.',
  },
  token_malformed: {
    happened: 'The token is not three base64url parts.',
    remedy: 'It was truncated or changed on the way.',
  },
  header_invalid: {
    happened:
      'The header is not clean JSON, has no `alg`, or has a member that is never accepted (`crit`, `b64`, `enc`, `zip`).',
    remedy: 'Somebody probes the server.',
  },
  key_unknown: {
    happened: "No key has the token's `kid`.",
    remedy: 'The token is from another deployment or database. In your own app, fetch the keys again.',
  },
  algorithm_mismatch: {
    happened: "The token's `alg` is not the algorithm of the key.",
    remedy: 'The token was issued before `ALGORITHM` changed. If `alg` is `none`, somebody probes the server.',
  },
  type_mismatch: {
    happened: 'The `typ` is not that of an access token.',
    remedy: "An ID token is not an access token. Check the verifier's `type`.",
  },
  payload_invalid: { happened: 'The claims are not clean JSON.', remedy: 'The token is not from this server.' },
  signature_mismatch: {
    happened: 'The token is not signed with this key.',
    remedy: 'The `SECRET_KEY` is another one, or the token is forged.',
  },
  expiry_missing: { happened: 'The token has no `exp`.', remedy: 'Set it in the code that makes the token.' },
  expiry_invalid: {
    happened: 'The `exp` is not a number of seconds.',
    remedy: 'Correct the code that makes the token.',
  },
  expiry_too_far: {
    happened: 'The `exp` is more than ten years ahead.',
    remedy: 'Check whether it is in milliseconds.',
  },
  token_expired: { happened: 'The token has expired.', remedy: 'Log in again. Check whether the clocks are right.' },
  not_before_invalid: { happened: 'The `nbf` is not a number.', remedy: 'Correct the code that makes the token.' },
  issued_at_invalid: { happened: 'The `iat` is not a number.', remedy: 'Correct the code that makes the token.' },
  token_not_yet_valid: {
    happened: 'The `nbf` or `iat` is more than 30 seconds ahead.',
    remedy: 'Set the clocks right.',
  },
  issuer_mismatch: {
    happened: 'The `iss` is not `expected`.',
    remedy: 'The token was issued before `ISSUER` changed, or by another server.',
  },
  audience_mismatch: {
    happened: 'The `aud` does not contain `expected`.',
    remedy: 'The token is for another resource server.',
  },
  subject_invalid: {
    happened: 'There is no `sub`, or it is not a text of 1 to 2048 printable characters.',
    remedy: 'If `sub` is a number, make it a text.',
  },
  scope_invalid: {
    happened: 'The `scope` is not a text of scopes.',
    remedy: 'If `scope` is a list, make it a text with spaces.',
  },
  client_id_invalid: {
    happened: 'The `client_id` is not a short printable text.',
    remedy: 'Correct the code that makes the token.',
  },
  token_id_invalid: {
    happened: 'The `jti` is not a short printable text.',
    remedy: 'Correct the code that makes the token.',
  },
  verification_failed: {
    happened: 'The token is not at fault: a key or the runtime failed.',
    remedy: 'See the log, and report it.',
  },
}
