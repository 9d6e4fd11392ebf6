/** The programs that get tokens (RFC 6749 §2). */
import type { AsymmetricAlgorithm } from './algorithm.ts'

/** How a client authenticates (RFC 7591 §2 `token_endpoint_auth_method`). */
export type ClientAuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post'

/** The grant types that a client may be registered for (RFC 7591 §2 `grant_types`). */
export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', 'password'] as const

export type GrantType = (typeof grantTypes)[number]

/**
 * Whether ID tokens have the claims of the granted scopes. `userinfo`: only /userinfo has them, as OIDC Core §5.4 says where there is an
 * access token.
 */
export const idTokenClaims = ['userinfo', 'scopes'] as const

export type IdTokenClaims = (typeof idTokenClaims)[number]

export interface Client {
  readonly id: string
  readonly name: string
  /** `undefined`: either method with a secret. */
  readonly authMethod: ClientAuthMethod | undefined
  readonly grantTypes: readonly string[]
  /** What it may request. */
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly applicationType: 'web' | 'native' | undefined
  /** The deployment's own software: there is no consent page. */
  readonly isFirstParty: boolean
  /** Whether a confidential client needs PKCE; public ones always do. `undefined`: as the deployment requires. */
  readonly requirePkce: boolean | undefined
  readonly clientUri: string | undefined
  readonly logoUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  /** `undefined`: the algorithm of the deployment. */
  readonly accessTokenAlgorithm: AsymmetricAlgorithm | undefined
  /** `undefined`: the default of the deployment (`tokens/id-token.ts`). */
  readonly idTokenAlgorithm: AsymmetricAlgorithm | undefined
  /** Left out: `userinfo`. */
  readonly idTokenClaims?: IdTokenClaims
  /** The claims that its ID tokens have when the scopes release them. Left out: groups and roles. */
  readonly claimsInIdToken?: readonly string[]
  /** Stands before each group in its tokens. */
  readonly groupsPrefix?: string
  readonly backchannelLogoutUri: string | undefined
  readonly backchannelLogoutSessionRequired: boolean
  /** Whether it may introspect the tokens of every client, when they are for one of its audiences. */
  readonly isResourceServer: boolean
  /** Those audiences; `*`: all. Left out: the issuer, and its own id. */
  readonly audiences?: readonly string[]
  readonly isDisabled: boolean
  /** When it was registered: a token that was issued earlier belongs to another client. `undefined` for declared clients. */
  readonly registeredAt: number | undefined
}

/** A client in the configuration, with the SHA-256 of its secrets. */
export interface DeclaredClient {
  readonly client: Client
  readonly secretHashes: readonly string[]
}

/**
 * The client of a `POST /token` without client authentication, as the tutorial's pages and curl send it: the deployment's own
 * software. RFC 9068 §2.2 requires a `client_id` in every token; this is theirs. No other client has this id.
 */
export const firstPartyClient: Client = {
  id: 'first-party',
  name: 'First party',
  authMethod: 'none',
  grantTypes: ['password'],
  scopes: [],
  redirectUris: [],
  postLogoutRedirectUris: [],
  applicationType: undefined,
  isFirstParty: true,
  requirePkce: true,
  clientUri: undefined,
  logoUri: undefined,
  policyUri: undefined,
  tosUri: undefined,
  accessTokenAlgorithm: undefined,
  idTokenAlgorithm: undefined,
  backchannelLogoutUri: undefined,
  backchannelLogoutSessionRequired: false,
  isResourceServer: false,
  isDisabled: false,
  registeredAt: undefined,
}

/** RFC 6749 §2.1: a public client cannot keep a secret. */
export function isPublic(client: Client): boolean {
  return client.authMethod === 'none'
}

/** RFC 7591 §2: a client uses the method that it registered. One that named none has a secret, and sends it in either way. */
export function mayAuthenticateBy(client: Client, method: ClientAuthMethod): boolean {
  return client.authMethod === undefined ? method !== 'none' : method === client.authMethod
}

/** What `mayAuthenticateBy` accepts, for people. */
export function authMethodsOf({ authMethod }: Client): string {
  return authMethod ?? 'client_secret_basic or client_secret_post'
}

export function mayUseGrant(client: Client, grantType: string): boolean {
  return client.grantTypes.includes(grantType)
}

const maxIdLength = 512

/**
 * What is wrong with a client id, as the words that follow its name; `undefined` when it is valid. RFC 6749 Appendix A.1: VSCHAR,
 * here without the space. An id may be an https URL, as in OAuth Client ID Metadata Documents.
 */
export function clientIdProblem(id: string): string | undefined {
  if (id.length > maxIdLength || !/^[\x21-\x7e]+$/.test(id)) {
    return `must be 1 to ${maxIdLength} visible ASCII characters, without spaces`
  }
  return id === firstPartyClient.id ? `must not be ${id}, which is reserved for requests without a client` : undefined
}
