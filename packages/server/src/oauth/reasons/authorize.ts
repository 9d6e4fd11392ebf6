/**
 * Why an authorization request was refused (RFC 6749 §4.1.2.1). Before the redirect URI is proven, the reason stays
 * inside; after it, who reads the answer is the client itself.
 */
export const authorizeReasons = {
  client_unknown: {
    happened: 'No client that is enabled has this `client_id`.',
    remedy: 'Look for it in `countersign clients list`.',
  },
  redirect_uri_missing: {
    happened: 'There is no `redirect_uri`, and the client has not registered exactly one.',
    remedy: 'Send it.',
  },
  redirect_uri_mismatch: {
    happened:
      'The `redirect_uri` is none of the registered ones, character by character; `received` marks where it departs.',
    remedy: 'Register it as it is sent: `countersign clients update --redirect-uri`. A slash at the end counts.',
  },
  response_type_unsupported: {
    happened: 'The `response_type` is not `code`.',
    remedy: 'Use the code flow with PKCE; the implicit flow is gone from OAuth 2.1.',
    isPublic: true,
  },
  response_mode_unsupported: {
    happened: 'The `response_mode` is not served; `expected` names those that are.',
    remedy: 'Correct the client, or leave it out.',
    isPublic: true,
  },
  pkce_missing: {
    happened: 'There is no `code_challenge`.',
    remedy: 'Use PKCE (RFC 7636) with `S256`.',
    isPublic: true,
  },
  pkce_method_unsupported: {
    happened: 'The `code_challenge_method` is not `S256`. When it is left out, it means `plain`.',
    remedy: 'Send `code_challenge_method=S256`.',
    isPublic: true,
  },
  pkce_challenge_malformed: {
    happened: 'The `code_challenge` is not 43 characters of base64url.',
    remedy: 'Make it from SHA-256 of the verifier, in base64url without `=`.',
    isPublic: true,
  },
  scope_not_allowed: {
    happened: 'The client asks for a scope that it is not registered for; `expected` names those that it is.',
    remedy: 'Ask for less, or register the scope: `countersign clients update --scope`.',
    isPublic: true,
  },
  prompt_malformed: {
    happened: 'The `prompt` holds an unknown word, or `none` beside another.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  max_age_malformed: {
    happened: 'The `max_age` is not a whole number of seconds.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  claims_malformed: {
    happened: 'The `claims` are no JSON object of the form that OpenID Connect Core §5.5 gives.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  acr_unmet: {
    happened: 'An essential `acr` is asked for that logging in here does not reach; `expected` is what it reaches.',
    remedy: 'Ask for it as voluntary, with `acr_values`.',
    isPublic: true,
  },
  resource_unknown: {
    happened: 'The `resource` is no resource server that is known; `expected` names those that are.',
    remedy: 'Name it in the setting `RESOURCES`, or correct the client, character by character; or leave it out.',
    isPublic: true,
  },
  request_object_unsupported: {
    happened: 'The request came as a `request` object, which is not taken.',
    remedy: 'Send plain parameters.',
    isPublic: true,
  },
  request_uri_unsupported: {
    happened: 'The request came as a `request_uri`, which is not taken.',
    remedy: 'Send plain parameters.',
    isPublic: true,
  },
  state_too_long: { happened: 'The `state` is too long.', remedy: 'Keep what it holds at the client.', isPublic: true },
  state_malformed: {
    happened: 'The `state` holds control characters.',
    remedy: 'Send a random text.',
    isPublic: true,
  },
  nonce_too_long: { happened: 'The `nonce` is too long.', remedy: 'Send a random text.', isPublic: true },
  login_required: {
    happened:
      'The client asked for an answer without a page (`prompt=none`), and nobody is logged in, not lately enough (`max_age`), or not the user whom it named (`id_token_hint`, `claims`).',
    remedy: 'The client sends the person through a log-in, without `prompt=none`.',
    isPublic: true,
  },
  another_user_logged_in: {
    happened:
      'Somebody logged in for this request, but not the user whom the client named (`id_token_hint`, `claims`).',
    remedy: 'The person logs in with the account that the client knows; or the client asks without naming a user.',
    isPublic: true,
  },
  consent_required: {
    happened: 'The client asked for an answer without a page (`prompt=none`), and the user has not agreed yet.',
    remedy: 'The client asks again, without `prompt=none`.',
    isPublic: true,
  },
  access_denied: { happened: 'The user said no.', remedy: 'Nothing: it is their choice.', isPublic: true },
} as const
