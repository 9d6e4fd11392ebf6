/** What to do about a refused token, for the developer of an API or of a client. */
import type { FailureReason } from '../explain/explanation.ts'

const advice: Readonly<Record<FailureReason, string>> = {
  token_malformed:
    'This is no signed JWT. Copy all of it, without "Bearer" and quotes. If the issuer gives out opaque tokens, make the guard with `introspection`.',
  token_too_long: 'Have the issuer put less into the token, or raise `maxTokenLength`.',
  header_invalid:
    'The header is no sound JSON object, or it brings a key or extensions, which no access token does. Copy the token again; ask who made it.',
  key_unknown:
    'The issuer has no such key, or not any more: a token of another issuer, an old token, or an old --jwks file. Log in again, or fetch the keys anew.',
  algorithm_mismatch:
    'The token was not made with the key that it names. Check that token and keys are of the same issuer.',
  type_mismatch:
    'This is another kind of token, such as an ID token: send the access token. If the issuer does not follow RFC 9068, set `type` to "JWT".',
  payload_invalid: 'The payload is no JSON object, or names a member twice. The issuer made it wrong.',
  signature_mismatch:
    'The token was changed, cut, or signed with another key. Copy it again; check that the keys are of its issuer.',
  expiry_missing: 'The issuer must set `exp`: a token without end is not accepted.',
  expiry_invalid: 'The issuer must write `exp` as a whole number of seconds, not of milliseconds, and not as text.',
  token_expired:
    'The client must refresh its token or log in again. If it is fresh, a clock is wrong: compare `exp` with the time here.',
  expiry_too_far: 'The token lasts longer than `maxLifetime`, or its `exp` is in milliseconds instead of seconds.',
  not_before_invalid: 'The issuer must write `nbf` as a number of seconds.',
  issued_at_invalid: 'The issuer must write `iat` as a number of seconds.',
  token_not_yet_valid:
    'The clock of the issuer is ahead of this one: set both by NTP. `clockTolerance` allows for up to 60 seconds.',
  issuer_mismatch:
    'Set `issuer` to exactly what `iss` has, the slash at its end included, if that is the issuer meant.',
  audience_mismatch:
    'The token is for another API. Have the client ask for it with `resource` or `audience`, or set `audience` to what `aud` has.',
  subject_invalid: 'The issuer must set `sub`, a short text.',
  client_id_invalid: 'The issuer must write `client_id` as a text.',
  token_id_invalid: 'The issuer must write `jti` as a short text.',
  scope_invalid: 'The issuer must write `scope` as one text with spaces between the scopes, not as an array.',
  scope_missing: 'The client must ask for the scopes that are required, and the user grant them.',
  verification_failed: 'The keys or the runtime failed, not the token. Check the keys that were given.',
}

/** A sentence or two. */
export function adviceFor(reason: FailureReason): string {
  return advice[reason]
}
