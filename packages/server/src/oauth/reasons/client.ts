/** Why client authentication failed. Only the operator sees the reason: a response must not help to find client ids or secrets. */
export const clientReasons = {
  unknown_client: {
    happened: 'No client has the `client_id` that was sent.',
    remedy: "Look for the client in `countersign clients list`. The tutorial's clients send no client credentials.",
  },
  client_disabled: { happened: 'The client is disabled.', remedy: '`countersign clients enable`.' },
  client_secret_wrong: {
    happened: "The secret is not one of the client's secrets, or it has expired.",
    remedy:
      'Give the client its newest secret. `countersign clients rotate-secret` makes a new one. In `Authorization: Basic`, the id and the secret are form-encoded; a secret that is not is accepted too, if it matches as it is.',
  },
  client_secrets_throttled: {
    happened: 'The client secret is wrong, as too many before it from this address or for this client.',
    remedy: 'Send the right secret: it is accepted at any time. `countersign incidents` shows who tries.',
  },
  client_secret_missing: {
    happened: 'A client that has a secret did not send it.',
    remedy: 'Send the secret, or register the client as public (`--public`).',
  },
  client_method_wrong: {
    happened: 'The client did not use the authentication method that it is registered for, which is `expected`.',
    remedy:
      "Correct the client, or its `token_endpoint_auth_method`. To allow both methods with a secret: `countersign clients update --token-endpoint-auth-method ''`.",
  },
  client_id_mismatch: {
    happened: 'The `client_id` in the body is not the one in `Authorization`.',
    remedy: 'Omit `client_id` from the body, or send the same one.',
  },
  client_authenticated_twice: {
    happened: 'The client credentials were sent in two ways at once.',
    remedy: 'Send them in one way.',
    isPublic: true,
  },
  basic_malformed: {
    happened: '`Authorization: Basic` does not contain `id:secret` in base64.',
    remedy: 'Correct the header, or omit it.',
  },
  assertion_unsupported: {
    happened: 'The client sent a `client_assertion`, which is not supported.',
    remedy: 'Send a secret as `client_secret_basic` or `client_secret_post`.',
  },
  grant_not_allowed: {
    happened: 'The client is not registered for this grant type.',
    remedy: 'Register the grant type: `countersign clients update --grant-type`.',
  },
} as const
