/** Authenticates the client of a request (RFC 6749 §2.3, §3.2.1). */
import { matchesClientSecret } from '../clients/client-secret.ts'
import { findClient, findClientSecretHashes, lookUpRegistered } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import {
  authMethodsOf,
  type Client,
  type ClientAuthMethod,
  firstPartyClient,
  isPublic,
  mayAuthenticateBy,
} from '../domain/client.ts'
import type { Request } from '../request.ts'
import { type Facts, step } from '../trace/trace.ts'
import { OAuthError } from './errors.ts'
import type { Form } from './form.ts'
import { type ClientCredentials, invalidClient, readClientCredentials } from './read-client-credentials.ts'
import { withSecretBudget } from './secret-budget.ts'

declare const authenticated: unique symbol

/** A client that `authenticateClient` has authenticated. No other function makes one. */
export type AuthenticatedClient = Client & { readonly [authenticated]: true }

/** A client that was found, and how it proved that it is this client. */
interface Authentication {
  readonly client: Client
  readonly method: ClientAuthMethod
  /** Whether the secret of Basic was not form-encoded, as RFC 6749 §2.3.1 requires. */
  readonly isSecretRaw: boolean
}

/**
 * A request without client credentials is from the deployment's own software, if the deployment allows it.
 * @throws OAuthError `invalid_client`, `invalid_request`
 */
export async function authenticateClient(ctx: Context, request: Request, form: Form): Promise<AuthenticatedClient> {
  const { client } = await step(request.trace, 'authenticate_client', () => authenticate(ctx, request, form), factsOf)
  // Only this function may make the branded type.
  return client as AuthenticatedClient
}

function factsOf({ client, method, isSecretRaw }: Authentication): Facts {
  return { client_id: client.id, method, ...(isSecretRaw && { secret_sent: 'without form-encoding' }) }
}

function authenticate(ctx: Context, request: Request, form: Form): Authentication | Promise<Authentication> {
  const presented = readClientCredentials(request, form)
  return presented
    ? requirePresented(ctx, request, presented)
    : { client: requireFirstParty(ctx), method: 'none', isSecretRaw: false }
}

function requireFirstParty(ctx: Context): Client {
  if (ctx.config.passwordGrant === 'off') throw invalidClient('unknown_client', 'the credentials of a client')
  return { ...firstPartyClient, scopes: ctx.config.defaultScopes }
}

function requirePresented(ctx: Context, request: Request, presented: ClientCredentials): Promise<Authentication> {
  const { id = '', secret } = presented
  const require = () => requireClient(ctx, presented)
  return secret === undefined ? require() : withSecretBudget(ctx, request, id, require)
}

async function requireClient(ctx: Context, presented: ClientCredentials): Promise<Authentication> {
  const { id, method, secret = '', decodedSecret = secret } = presented
  if (method === 'assertion') throw invalidClient('assertion_unsupported', 'a client secret')
  if (id === undefined) throw invalidClient('unknown_client', 'a client_id with the client_secret')
  // An unknown client takes the same time as a known one: the same queries, the same comparisons, of both readings of the secret.
  const client = await findClient(ctx, id)
  const hashes = await findClientSecretHashes(ctx, { id })
  const isDecodable = typeof decodedSecret === 'string'
  const isSecret = matchesClientSecret(isDecodable ? decodedSecret : '', hashes)
  const isRawSecret = matchesClientSecret(secret, hashes)
  const outcome = check(client, method, { isMatch: isSecret || isRawSecret, isDecodable })
  if (!(outcome instanceof OAuthError)) {
    return { client: outcome, method, isSecretRaw: isRawSecret && !isSecret && !isPublic(outcome) }
  }
  // So does a declared client, which was found without the database.
  if (ctx.config.clients.has(id)) await lookUpRegistered(ctx, id)
  throw outcome
}

interface SecretComparison {
  readonly isMatch: boolean
  /** Whether it is a text when it is decoded. RFC 6749 §2.3.1 requires the encoding, and libraries leave it out. */
  readonly isDecodable: boolean
}

function check(client: Client | undefined, method: ClientAuthMethod, secret: SecretComparison): Client | OAuthError {
  if (!client) return invalidClient('unknown_client', 'a registered client, or no client credentials')
  // RFC 6749 §3.2.1: a client that was issued credentials MUST authenticate; RFC 7591 §2: with the method that it registered.
  if (!mayAuthenticateBy(client, method)) {
    const reason = method === 'none' ? 'client_secret_missing' : 'client_method_wrong'
    return invalidClient(reason, `token_endpoint_auth_method ${authMethodsOf(client)}`)
  }
  if (!isPublic(client) && !secret.isMatch) {
    const received = secret.isDecodable ? undefined : 'a secret that is not form-encoded'
    return invalidClient('client_secret_wrong', 'a secret of the client', received)
  }
  return client.isDisabled ? invalidClient('client_disabled', 'an enabled client') : client
}
