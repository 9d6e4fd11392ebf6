/** The option `claims`: what the program around the server adds to tokens. */
import type { ClientMetadata } from './client-metadata.ts'
import type { UserAccount } from './user-account.ts'

export interface ClaimsRequest {
  /** `undefined` for a client's own token. */
  readonly user: UserAccount | undefined
  readonly client: ClientMetadata
  /** The scopes of the access token. */
  readonly scopes: readonly string[]
  /** Where the claims go: into an access token, an ID token, or the response of /userinfo. */
  readonly token: 'access' | 'id' | 'userinfo'
}

/** Members that JSON can express. A member that is `undefined` is left out. */
export type AddedClaims = Readonly<Record<string, unknown>>

export type ClaimsHook = (request: ClaimsRequest) => AddedClaims | Promise<AddedClaims>

/**
 * Claims with a meaning in the protocol (RFC 7519 §4.1, RFC 9068 §2.2, RFC 7800 §3.1, RFC 8693 §4, OIDC Core §2, §5.6.2,
 * Back-Channel Logout §2.4), and our own. Nobody else may set them.
 */
export const reservedClaims: readonly string[] = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
  'cnf',
  'act',
  'may_act',
  'auth_time',
  'nonce',
  'acr',
  'amr',
  'azp',
  'at_hash',
  'c_hash',
  's_hash',
  'sid',
  'events',
  '_claim_names',
  '_claim_sources',
  'authorization_details',
  'grant_id',
]
