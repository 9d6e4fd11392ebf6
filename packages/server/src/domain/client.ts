/** The software that asks for tokens (RFC 6749 §2). */
import type { AsymmetricAlgorithm } from './algorithm.ts'

/** How a client proves who it is (RFC 7591 §2 `token_endpoint_auth_method`). */
export type ClientAuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post'

export interface Client {
  readonly id: string
  readonly name: string
  readonly authMethod: ClientAuthMethod
  readonly grantTypes: readonly string[]
  /** What it may ask for. */
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly applicationType: 'web' | 'native' | undefined
  /** The deployment's own software: its users are not asked for consent. */
  readonly isFirstParty: boolean
  /** Always true for public clients (RFC 9700 §2.1.1). */
  readonly requirePkce: boolean
  readonly clientUri: string | undefined
  readonly logoUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  /** `undefined`: the deployment's. */
  readonly accessTokenAlgorithm: AsymmetricAlgorithm | undefined
  /** `undefined`: the deployment's. */
  readonly idTokenAlgorithm: AsymmetricAlgorithm | undefined
  readonly backchannelLogoutUri: string | undefined
  readonly backchannelLogoutSessionRequired: boolean
  /** Whether it may introspect the tokens of every client. */
  readonly isResourceServer: boolean
  readonly isDisabled: boolean
  /** When it was registered in the database: what was issued before was another client's. `undefined` for declared clients. */
  readonly registeredAt: number | undefined
}

/** A client of the configuration, with the SHA-256 of its secrets. */
export interface DeclaredClient {
  readonly client: Client
  readonly secretHashes: readonly string[]
}

/**
 * Who calls `POST /token` without any client authentication, as the tutorial's pages and curl do: the deployment's own
 * software. RFC 9068 §2.2 wants a `client_id` in every token; this is theirs. No registered client has this id.
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

/** RFC 6749 §2.1: a public client can't keep a secret. */
export function isPublic(client: Client): boolean {
  return client.authMethod === 'none'
}

export function mayUseGrant(client: Client, grantType: string): boolean {
  return client.grantTypes.includes(grantType)
}
