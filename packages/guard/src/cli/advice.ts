/** What to do about a rejected token, for the developer of an API or of a client. */
import type { FailureReason } from '../explain/explanation.ts'

const advice: Readonly<Record<FailureReason, string>> = {
  token_malformed:
    'This is not a signed JWT. Copy all of it, without "Bearer" and quotes. If the issuer issues opaque tokens, use the guard option `introspection`.',
  token_too_long: 'Configure the issuer to put less into the token, or increase `maxTokenLength`.',
  header_invalid:
    'The header is not a valid JSON object, or contains extensions that nobody here understands (`crit`). Copy the token again; find out what made it.',
  key_unknown:
    'The issuer has no such key, or no longer has it: the token is of another issuer or old, or the --jwks file is old. Log in again, or fetch the keys again.',
  algorithm_mismatch:
    'The token was not signed with the key that it names. Check that the token and the keys are of the same issuer.',
  type_mismatch:
    'This is another kind of token, such as an ID token: send the access token. If the issuer does not follow RFC 9068, set `type` to "JWT".',
  payload_invalid: 'The payload is not a JSON object, or has a member twice: an error of the issuer.',
  signature_mismatch:
    'The token was changed, cut, or signed with another key. Copy it again; check that the keys are of its issuer.',
  expiry_missing: 'The issuer must set `exp`: a token that never expires is not accepted.',
  expiry_invalid: 'The issuer must write `exp` as a number of seconds: not as milliseconds, and not as text.',
  token_expired:
    'The client must refresh its token or log in again. If the token is new, a clock is wrong: compare `exp` with the time here.',
  expiry_too_far:
    'The lifetime of the token is longer than `maxLifetime`, or its `exp` is in milliseconds instead of seconds.',
  not_before_invalid: 'The issuer must write `nbf` as a number of seconds.',
  issued_at_invalid: 'The issuer must write `iat` as a number of seconds.',
  token_not_yet_valid:
    'The clock of the issuer is ahead of this clock: set both by NTP. `clockTolerance` may be up to 60 seconds.',
  issuer_mismatch: 'If `iss` is the right issuer, set `issuer` to exactly that value, including a slash at the end.',
  audience_mismatch:
    'The token is for another API. The client must request it with `resource` or `audience`; or set `audience` to the value of `aud`. If the issuer writes no `aud`, set it to `{ claim, values }`.',
  subject_invalid: 'The issuer must set `sub` to a short string.',
  client_id_invalid: 'The issuer must write `client_id` as a string.',
  token_id_invalid: 'The issuer must write `jti` as a short string.',
  scope_invalid:
    'The issuer must write `scope` as one string with spaces between the scopes. If it writes an array there, set `scopeClaim` to "scope".',
  scope_missing:
    'The client must request the required scopes, and the user must grant them. If another claim has them, set `scopeClaim` to its name.',
  verification_failed: 'The keys or the runtime failed, not the token. Check the keys.',
}

/** A sentence or two. */
export function adviceFor(reason: FailureReason): string {
  return advice[reason]
}
