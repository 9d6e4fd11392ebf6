/** Why an authorization code or a refresh token was rejected (RFC 6749 §5.2). For the reasons that only the operator sees, the code is `invalid_grant`. */
export const grantReasons = {
  code_unknown: {
    happened: 'The code is not from this server, or it expired long ago.',
    remedy: 'The client starts again.',
  },
  code_expired: {
    happened: 'The code has expired; `received` tells when.',
    remedy: 'The client must exchange the code at once. Check whether the client or the network is slow.',
  },
  code_replayed: {
    happened: 'The code was exchanged before. All tokens from that exchange have been revoked.',
    remedy: 'Find out who sent it twice: a client that retries, or somebody who stole the code.',
  },
  code_consumed: {
    happened: 'An earlier request with this code failed a check, and the code works only once.',
    remedy: 'See why the earlier request failed: `received` names it. The client starts again.',
  },
  code_of_another_client: {
    happened: 'The code was issued to another client.',
    remedy: 'Two clients were mixed up, or a code was stolen.',
  },
  code_redirect_uri_mismatch: {
    happened: 'The `redirect_uri` is not the one of the authorization request.',
    remedy: 'Send the same one in both requests.',
  },
  pkce_verifier_missing: {
    happened: 'There is no `code_verifier`, but the authorization request had a challenge.',
    remedy: 'Send the verifier that the challenge was made from.',
  },
  pkce_verifier_malformed: {
    happened: 'The `code_verifier` is not 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.',
    remedy: 'Make it with a library.',
  },
  pkce_verifier_mismatch: {
    happened: 'The `code_verifier` does not belong to the challenge.',
    remedy: 'The client uses one verifier for several logins, or a code was stolen.',
  },
  pkce_verifier_unexpected: {
    happened: 'There is a `code_verifier`, but the authorization request had no challenge.',
    remedy: 'Send the challenge to /authorize. If the client sent it, somebody removed it.',
  },
  refresh_token_unknown: {
    happened: 'The refresh token is not from this server, or it expired long ago.',
    remedy: 'The user logs in again.',
  },
  refresh_token_expired: {
    happened: 'The refresh token was not used for too long; `received` tells when it expired.',
    remedy: 'The user logs in again. `refreshTokenIdleLifetime` sets the time.',
  },
  refresh_token_reused: {
    happened: 'The refresh token was replaced before. All tokens from its login have been revoked.',
    remedy:
      'See both requests: `countersign incidents`. Two places use copies of one token, or somebody stole the token.',
  },
  refresh_token_of_another_client: {
    happened: 'The refresh token was issued to another client.',
    remedy: 'Two clients were mixed up, or a token was stolen.',
  },
  scope_not_granted: {
    happened: 'A scope was requested that the user did not grant, or that an earlier use of the same token omitted.',
    remedy: 'Request only what `expected` lists. Without `scope`, the client gets all of it.',
    isPublic: true,
  },
  resource_not_granted: {
    happened: 'A `resource` was requested that was not granted, or that an earlier use of the same token omitted.',
    remedy:
      'Request only what `expected` lists. Without `resource`, the client gets all of it. `/authorize` can grant more.',
    isPublic: true,
  },
  resource_withdrawn: {
    happened: 'None of the granted resources is configured any longer; `received` lists them.',
    remedy: 'Add them to `resources` again, or send the user through a login for the resources that are configured.',
    isPublic: true,
  },
  scopes_withdrawn: {
    happened: 'None of the granted scopes is allowed for the client any longer; `expected` lists its scopes.',
    remedy: 'Register the scope again, `countersign clients update --scope`, or the user logs in again.',
  },
  grant_revoked: {
    happened: 'The grant was revoked.',
    remedy: 'The user logs in again.',
  },
  grant_expired: {
    happened: 'The login has reached its maximum lifetime, which no refresh extends.',
    remedy: 'The user logs in again. `refreshTokenLifetime` sets the time.',
  },
  user_claims_too_large: {
    happened:
      'The groups, roles and attributes of the user are too long for a token, which travels in headers of limited size.',
    remedy: 'Take the user out of groups, or let the client request fewer scopes: `/userinfo` has no such limit.',
    isPublic: true,
  },
} as const
