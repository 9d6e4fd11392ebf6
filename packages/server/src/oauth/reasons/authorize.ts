/**
 * Why an authorization request was rejected (RFC 6749 §4.1.2.1). Before the redirect URI is verified, only the operator sees the
 * reason; after that, the client itself reads it.
 */
export const authorizeReasons = {
  client_unknown: {
    happened: 'No enabled client has this `client_id`.',
    remedy: 'Look for the client in `countersign clients list`.',
  },
  redirect_uri_missing: {
    happened: 'There is no `redirect_uri`, and the client does not have exactly one registered.',
    remedy: 'Send `redirect_uri`.',
  },
  redirect_uri_mismatch: {
    happened:
      'The `redirect_uri` is not one of the registered ones. They are compared character by character; `received` marks the difference.',
    remedy:
      'Register the URI exactly as it is sent: `countersign clients update --redirect-uri`. A slash at the end counts.',
  },
  response_type_unsupported: {
    happened: 'The `response_type` is not `code`.',
    remedy: 'Use the code flow with PKCE. OAuth 2.1 has no implicit flow.',
    isPublic: true,
  },
  response_mode_unsupported: {
    happened: 'The `response_mode` is not supported; `expected` lists the supported ones.',
    remedy: 'Correct the client, or omit `response_mode`.',
    isPublic: true,
  },
  pkce_missing: {
    happened:
      'There is no `code_challenge`. A public client always needs one. A confidential client needs it unless it sends a `nonce` with the scope `openid`; `expected` is what it needs.',
    remedy:
      'Turn PKCE with `S256` on in the library, which is often one setting: the guide Clients lists them. For a confidential client whose library has neither PKCE nor `nonce`: `countersign clients update --no-require-pkce`.',
    isPublic: true,
  },
  pkce_method_unsupported: {
    happened: 'The `code_challenge_method` is not `S256`. When it is omitted, it means `plain`.',
    remedy: 'Send `code_challenge_method=S256`.',
    isPublic: true,
  },
  pkce_challenge_malformed: {
    happened: 'The `code_challenge` is not 43 characters of base64url.',
    remedy: 'Compute the SHA-256 of the verifier, and encode it in base64url without `=`.',
    isPublic: true,
  },
  scope_not_allowed: {
    happened:
      'None of the requested scopes is known and one that the client is registered for; `expected` lists its scopes. With `strictScopes`, one of them is not.',
    remedy: 'Request one of them, or register the scope: `countersign clients update --scope`.',
    isPublic: true,
  },
  prompt_malformed: {
    happened: 'The `prompt` contains an unknown word, or `none` together with another word.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  max_age_malformed: {
    happened: 'The `max_age` is not a whole number of seconds.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  claims_malformed: {
    happened:
      'The `claims` parameter is not a JSON object as OpenID Connect Core §5.5 defines it; `expected` says what is wrong.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  acr_unmet: {
    happened: 'The client requires an essential `acr` that a login here does not reach; `expected` is what it reaches.',
    remedy: 'Request it as voluntary, with `acr_values`.',
    isPublic: true,
  },
  resource_unknown: {
    happened: 'The `resource` is not a known resource server; `expected` lists the known ones.',
    remedy:
      'Add it to the setting `RESOURCES`, or correct the client. They are compared character by character. Or omit `resource`.',
    isPublic: true,
  },
  request_object_unsupported: {
    happened: 'The request was sent as a `request` object, which is not supported.',
    remedy: 'Send plain parameters.',
    isPublic: true,
  },
  request_uri_unsupported: {
    happened: 'The request was sent as a `request_uri`, which is not supported.',
    remedy: 'Send plain parameters.',
    isPublic: true,
  },
  state_too_long: {
    happened: 'The `state` is too long.',
    remedy: 'Keep the data in the client, and send a short key.',
    isPublic: true,
  },
  state_malformed: {
    happened: 'The `state` contains control characters.',
    remedy: 'Send a random text.',
    isPublic: true,
  },
  nonce_too_long: { happened: 'The `nonce` is too long.', remedy: 'Send a random text.', isPublic: true },
  login_required: {
    happened:
      'The client requested a response without a page (`prompt=none`). But nobody is logged in, or the login is too old (`max_age`), or another user is logged in than the client named (`id_token_hint`, `claims`).',
    remedy: 'Send the user through a login, without `prompt=none`.',
    isPublic: true,
  },
  another_user_logged_in: {
    happened: 'A user logged in for this request who is not the one that the client named (`id_token_hint`, `claims`).',
    remedy: 'Log in with the account that the client names, or do not name a user in the request.',
    isPublic: true,
  },
  consent_required: {
    happened: 'The client requested a response without a page (`prompt=none`), and the user has not consented yet.',
    remedy: 'Send the request again, without `prompt=none`.',
    isPublic: true,
  },
  access_denied: {
    happened: 'The user denied the request.',
    remedy: 'Nothing: the user decides.',
    isPublic: true,
  },
} as const
