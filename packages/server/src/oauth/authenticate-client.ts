/** Authenticates the client of a request (RFC 6749 §2.3, §3.2.1). */
import { matchesClientSecret } from '../clients/client-secret.ts'
import { findClient, findClientSecretHashes, lookUpRegistered } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import { type Client, type ClientAuthMethod, firstPartyClient, isPublic } from '../domain/client.ts'
import type { Request } from '../request.ts'
import { OAuthError } from './errors.ts'
import type { Form } from './form.ts'
import { type ClientCredentials, invalidClient, readClientCredentials } from './read-client-credentials.ts'

declare const authenticated: unique symbol

/** A client that `authenticateClient` has authenticated. No other function makes one. */
export type AuthenticatedClient = Client & { readonly [authenticated]: true }

/**
 * A request without client credentials is from the deployment's own software, if the deployment allows it.
 * @throws OAuthError `invalid_client`, `invalid_request`
 */
export async function authenticateClient(ctx: Context, request: Request, form: Form): Promise<AuthenticatedClient> {
  const presented = readClientCredentials(request, form)
  const client = presented ? await requireClient(ctx, presented) : requireFirstParty(ctx)
  // Only this function may make the branded type.
  return client as AuthenticatedClient
}

function requireFirstParty(ctx: Context): Client {
  if (ctx.config.passwordGrant === 'off') throw invalidClient('unknown_client', 'the credentials of a client')
  return { ...firstPartyClient, scopes: ctx.config.defaultScopes }
}

async function requireClient(ctx: Context, { id, method, secret }: ClientCredentials): Promise<Client> {
  if (method === 'assertion') throw invalidClient('assertion_unsupported', 'a client secret')
  if (id === undefined) throw invalidClient('unknown_client', 'a client_id with the client_secret')
  // An unknown client takes the same time as a known one: the same queries, the same comparison.
  const client = await findClient(ctx, id)
  const isMatch = matchesClientSecret(secret ?? '', await findClientSecretHashes(ctx, { id }))
  const outcome = check(client, method, isMatch)
  if (!(outcome instanceof OAuthError)) return outcome
  // So does a declared client, which was found without the database.
  if (ctx.config.clients.has(id)) await lookUpRegistered(ctx, id)
  throw outcome
}

function check(client: Client | undefined, method: ClientAuthMethod, isMatch: boolean): Client | OAuthError {
  if (!client) return invalidClient('unknown_client', 'a registered client, or no client credentials')
  // RFC 6749 §3.2.1: a client that was issued credentials MUST authenticate; RFC 7591 §2: with the method that it registered.
  if (method !== client.authMethod) {
    const reason = method === 'none' ? 'client_secret_missing' : 'client_method_wrong'
    return invalidClient(reason, `token_endpoint_auth_method ${client.authMethod}`)
  }
  if (!isPublic(client) && !isMatch) return invalidClient('client_secret_wrong', 'a secret of the client')
  return client.isDisabled ? invalidClient('client_disabled', 'an enabled client') : client
}
