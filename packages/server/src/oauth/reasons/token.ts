/** Why a token was refused, or what asks about one. All causes of `invalid_token` stay inside (RFC 6750 §3.1). */
import type { TokenRejectionReason } from '@countersign/guard/verifier'
import type { ReasonEntry } from './reason-entry.ts'

export const bearerReasons = {
  token_sent_twice: {
    happened: 'The access token came in the header and in the body.',
    remedy: 'Send it once.',
    isPublic: true,
  },
  token_missing: {
    happened: 'There is no `Authorization`, or it is not Bearer.',
    remedy: 'Log in first; does the proxy drop the header?',
    isPublic: true,
  },
  authorization_malformed: {
    happened: 'After `Bearer` does not come exactly one space and one token.',
    remedy: 'Correct the client.',
  },
  scope_missing: {
    happened: 'The token lacks a scope; `expected` is what is needed, `received` what it has.',
    remedy: 'Ask for it when logging in.',
    isPublic: true,
  },
  unknown_subject: {
    happened: "No user has the token's `sub` as id.",
    remedy: 'The user was deleted, or the token is of another system.',
  },
  token_revoked: { happened: 'The token was revoked.', remedy: 'Log in again.' },
  token_without_user: {
    happened: 'The token is of a client, not of a user.',
    remedy: 'Use a token that a user logged in for.',
  },
  token_not_revocable: {
    happened: 'The access token has no `jti` by which it could be known as revoked.',
    remedy: 'Give tokens a `jti` in the code that makes them, or wait for the end of this one.',
    isPublic: true,
  },
  token_of_another_client: {
    happened: 'The token was given to another client than the one that asks about it.',
    remedy: 'Only the client itself revokes its tokens; a resource server is registered with `resource_server`.',
  },
} as const

/** `TokenRejection.reason` of guard, in the order in which its rules are checked. */
export const verifierReasons: Readonly<Record<TokenRejectionReason, ReasonEntry>> = {
  token_too_long: { happened: 'The token has more than 16,384 characters.', remedy: 'It is no token of ours.' },
  token_malformed: {
    happened: 'The token is not three base64url parts.',
    remedy: 'It was cut or changed on the way.',
  },
  header_invalid: {
    happened:
      'The header is no clean JSON, has no `alg`, or brings what is never accepted (`jwk`, `jku`, `crit`, ...).',
    remedy: 'Someone tries things out.',
  },
  key_unknown: {
    happened: "No key has the token's `kid`.",
    remedy: 'A token of another deployment or database; in your own app, fetch the keys again.',
  },
  algorithm_mismatch: {
    happened: "The token's `alg` is not the key's.",
    remedy: 'A token from before `ALGORITHM` changed; or `none`, and someone tries things out.',
  },
  type_mismatch: {
    happened: '`typ` is not that of an access token.',
    remedy: "An ID token is no access token; check the verifier's `type`.",
  },
  payload_invalid: { happened: 'The claims are no clean JSON.', remedy: 'It is no token of ours.' },
  signature_mismatch: {
    happened: 'The token is not signed with this key.',
    remedy: 'Another `SECRET_KEY`, or a forgery.',
  },
  expiry_missing: { happened: 'The token has no `exp`.', remedy: 'Set one in the code that makes the token.' },
  expiry_invalid: {
    happened: '`exp` is not whole seconds.',
    remedy: 'Correct the code that makes the token.',
  },
  expiry_too_far: { happened: '`exp` is more than ten years ahead.', remedy: 'Is it in milliseconds?' },
  token_expired: { happened: "The token's time is over.", remedy: 'Log in again; are the clocks right?' },
  not_before_invalid: { happened: '`nbf` is no number.', remedy: 'Correct the code that makes the token.' },
  issued_at_invalid: { happened: '`iat` is no number.', remedy: 'Correct the code that makes the token.' },
  token_not_yet_valid: {
    happened: '`nbf` or `iat` lies more than 30 seconds ahead.',
    remedy: 'Set the clocks right.',
  },
  issuer_mismatch: {
    happened: '`iss` is not `expected`.',
    remedy: 'A token from before `ISSUER` changed, or of another server.',
  },
  audience_mismatch: { happened: '`aud` does not hold `expected`.', remedy: 'The token is for another app.' },
  subject_invalid: {
    happened: 'There is no `sub`, or it is not a text of 1 to 255 printable characters.',
    remedy: 'A number as `sub`? Make it text.',
  },
  scope_invalid: {
    happened: '`scope` is not a text of scopes.',
    remedy: 'A list as `scope`? Make it text with spaces.',
  },
  client_id_invalid: {
    happened: '`client_id` is not a short printable text.',
    remedy: 'Correct the code that makes the token.',
  },
  token_id_invalid: {
    happened: '`jti` is not a short printable text.',
    remedy: 'Correct the code that makes the token.',
  },
  verification_failed: {
    happened: "Not the token's fault: a key or the runtime failed.",
    remedy: 'See the log; report it.',
  },
}
