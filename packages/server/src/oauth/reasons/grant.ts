/** Why a code or a refresh token was refused (RFC 6749 §5.2). What is not public stays inside: the code is `invalid_grant`. */
export const grantReasons = {
  code_unknown: {
    happened: 'The code is none of ours, or was forgotten long after its time.',
    remedy: 'The client starts over.',
  },
  code_expired: {
    happened: "The code's time is over; `received` tells since when.",
    remedy: 'The client exchanges it at once; are it and the network slow?',
  },
  code_replayed: {
    happened: 'The code was exchanged before. What came of it has been revoked.',
    remedy: 'Find out who sent it twice: a client that retries, or a thief.',
  },
  code_burnt: {
    happened: 'An earlier request with this code failed a check, which used the code up.',
    remedy: 'See why that one failed, `received` names it; the client starts over.',
  },
  code_of_another_client: {
    happened: 'The code was given to another client.',
    remedy: 'Two clients were mixed up, or a code was stolen.',
  },
  code_redirect_uri_mismatch: {
    happened: 'The `redirect_uri` is not the one that the code was asked for with.',
    remedy: 'Send the same in both requests.',
  },
  pkce_verifier_missing: {
    happened: 'There is no `code_verifier`, and the code was asked for with a challenge.',
    remedy: 'Send the verifier that the challenge was made of.',
  },
  pkce_verifier_malformed: {
    happened: 'The `code_verifier` is not 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.',
    remedy: 'Make it with a library.',
  },
  pkce_verifier_mismatch: {
    happened: 'The `code_verifier` does not belong to the challenge.',
    remedy: 'A client that keeps one verifier for several log-ins; or a code that was stolen.',
  },
  pkce_verifier_unexpected: {
    happened: 'There is a `code_verifier`, but the code was asked for without a challenge.',
    remedy: 'Send the challenge to /authorize; if it was sent, somebody took it out.',
  },
  refresh_token_unknown: {
    happened: 'The refresh token is none of ours, or was forgotten long after its time.',
    remedy: 'The user logs in again.',
  },
  refresh_token_expired: {
    happened: 'The refresh token was not used for too long; `received` tells since when.',
    remedy: 'The user logs in again; `refreshTokenIdleLifetime` sets how long.',
  },
  refresh_token_reused: {
    happened: 'The refresh token was replaced before. All that came of its log-in has been revoked.',
    remedy: 'See both requests: `countersign incidents`. Two places that refresh with copies of one token, or a thief.',
  },
  refresh_token_of_another_client: {
    happened: 'The refresh token was given to another client.',
    remedy: 'Two clients were mixed up, or a token was stolen.',
  },
  scope_not_granted: {
    happened: 'A scope was asked for that the user did not grant, or that an earlier use of the same token left out.',
    remedy: 'Ask for what `expected` names, or for nothing: then it is all of that.',
    isPublic: true,
  },
  resource_not_granted: {
    happened: 'A `resource` was asked for that was not granted, or that an earlier use of the same token left out.',
    remedy: 'Ask for what `expected` names, or for nothing: then it is all of that. More is granted at `/authorize`.',
    isPublic: true,
  },
  resource_withdrawn: {
    happened: 'The deployment knows none of the granted resources any more; `received` names them.',
    remedy: 'Put them back into `resources`, or send the user through a log-in for those that there are.',
    isPublic: true,
  },
  scopes_withdrawn: {
    happened: 'The client may have none of the granted scopes any more; `expected` names those that it may have.',
    remedy: 'Register the scope again, `countersign clients update --scope`; or the user logs in again.',
  },
  grant_revoked: {
    happened: 'What the user agreed to was revoked.',
    remedy: 'The user logs in again.',
  },
  grant_expired: {
    happened: "The log-in's longest time is over, however often it was refreshed.",
    remedy: 'The user logs in again; `refreshTokenLifetime` sets how long.',
  },
} as const
