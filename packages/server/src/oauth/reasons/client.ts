/** Why a client was refused. What tells clients apart stays inside: an answer is no way to find their ids and secrets. */
export const clientReasons = {
  unknown_client: {
    happened: 'No client has the `client_id` that was sent.',
    remedy: "Look for it in `countersign clients list`. The tutorial's clients send no client credentials.",
  },
  client_disabled: { happened: 'The client is disabled.', remedy: '`countersign clients enable`.' },
  client_secret_wrong: {
    happened: "The secret is none of the client's, or its time is over.",
    remedy: 'Give the client its newest secret; `countersign clients rotate-secret` makes another.',
  },
  client_secret_missing: {
    happened: 'A client that has a secret sent none.',
    remedy: 'Send it; or register the client as public (`--public`).',
  },
  client_method_wrong: {
    happened: 'The client authenticated in another way than the one that it is registered for, which is `expected`.',
    remedy: 'Correct the client, or its `token_endpoint_auth_method`.',
  },
  client_id_mismatch: {
    happened: 'The `client_id` of the body is not that of `Authorization`.',
    remedy: 'Leave it out of the body.',
  },
  client_authenticated_twice: {
    happened: 'Client credentials came in two ways at once.',
    remedy: 'Send them in one.',
    isPublic: true,
  },
  basic_malformed: {
    happened: '`Authorization: Basic` holds no `id:secret` in base64.',
    remedy: 'Correct it, or leave it out.',
  },
  assertion_unsupported: {
    happened: 'The client sent a `client_assertion`, which is not taken.',
    remedy: 'Send a secret as `client_secret_basic` or `client_secret_post`.',
  },
  grant_not_allowed: {
    happened: 'The client may not use this grant.',
    remedy: 'Register the grant for it: `countersign clients update --grant-type`.',
  },
} as const
