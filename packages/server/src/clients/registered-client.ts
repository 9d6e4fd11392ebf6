/** The registered client that an operation changes. */
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import { standardIdTokenAlgorithm } from '../domain/algorithm.ts'
import type { Client } from '../domain/client.ts'
import type { ClientMetadata } from '../domain/client-metadata.ts'
import { identifierProblem } from '../domain/identifier.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import type { Store } from '../store/open.ts'
import type { Tables } from '../store/tables.ts'
import { ClientError, type ClientProblemCode } from './client-error.ts'

/** What operations on clients need of `Context`. */
export interface ClientContext extends Pick<Context, 'now' | 'random'> {
  readonly config: Pick<
    Config,
    'clients' | 'scopes' | 'claimsOfScope' | 'clientSecretGrace' | 'idTokenAlgorithm' | 'unsafeHttpHosts'
  >
  readonly store: Pick<Store, 'clients' | 'grants' | 'transaction'>
}

/** A client with the secret that it has from now on: the only time that the secret is known. `undefined`: no new secret. */
export interface ClientWithSecret {
  readonly client: Client
  readonly secret: string | undefined
}

/** What a registration stores for members that it does not name, so that another default later changes nothing for the client. */
export function storedDefaults({
  config,
}: ClientContext): Pick<Required<ClientMetadata>, 'id_token_signed_response_alg'> {
  return { id_token_signed_response_alg: config.idTokenAlgorithm ?? standardIdTokenAlgorithm }
}

/** @throws ClientError `invalid_client_metadata`, `declared_client`, `unknown_client` */
export async function requireRegistered(ctx: ClientContext, id: string): Promise<Client> {
  requireId(id)
  rejectDeclared(ctx, id)
  return (await ctx.store.clients.find(id)) ?? failUnknown()
}

/** The same in a transaction, for a change of what was read. @throws ClientError as `requireRegistered` */
export async function lockRegistered(ctx: ClientContext, { clients }: Tables, id: string): Promise<Client> {
  requireId(id)
  rejectDeclared(ctx, id)
  return (await clients.lock(id)) ?? failUnknown()
}

/** @throws ClientError `invalid_client_metadata` when the id is not valid */
export function requireId(id: unknown): void {
  const message = identifierProblem(id)
  if (message !== undefined) failInvalid('client_id', message)
}

/** @throws ClientError `invalid_client_metadata` */
export function requireObject(field: string, value: unknown): void {
  if (!isPlainObject(value)) failInvalid(field, 'must be an object')
}

/** @throws ClientError `invalid_client_metadata` */
export function failInvalid(field: string, message: string): never {
  throw new ClientError([{ code: 'invalid_client_metadata', field, message }])
}

/** @throws ClientError `unknown_client` */
export function failUnknown(): never {
  fail('unknown_client', 'is not the id of a registered client')
}

/** @throws ClientError `declared_client` */
export function rejectDeclared({ config }: ClientContext, id: string): void {
  if (config.clients.has(id)) fail('declared_client', 'is declared in the configuration: change it there')
}

/** @throws ClientError with one problem, about the client's id */
export function fail(code: ClientProblemCode, message: string): never {
  throw new ClientError([{ code, field: 'client_id', message }])
}
