/** The software that asks for tokens (RFC 6749 §2). */

export interface Client {
  readonly id: string
  readonly isPublic: boolean
  readonly grantTypes: readonly string[]
}

/**
 * Who calls `POST /token` without any client authentication, as the tutorial's pages and curl do: the deployment's own
 * software. RFC 9068 §2.2 wants a `client_id` in every token; this is theirs.
 */
export const firstPartyClient: Client = { id: 'first-party', isPublic: true, grantTypes: ['password'] }

export function mayUseGrant(client: Client, grantType: string): boolean {
  return client.grantTypes.includes(grantType)
}
