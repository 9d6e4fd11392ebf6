/** The clients of an embedded server: the same operations as those of `countersign clients`. */
import { addClient } from '../clients/add-client.ts'
import { disableClient, enableClient, removeClient } from '../clients/disable-client.ts'
import { findClient } from '../clients/find-client.ts'
import { type ListedClient, listClients } from '../clients/list-clients.ts'
import { type ClientWithSecret, failInvalid, requireId } from '../clients/registered-client.ts'
import { type RotatedSecret, rotateClientSecret } from '../clients/rotate-client-secret.ts'
import { updateClient } from '../clients/update-client.ts'
import type { Context } from '../context.ts'
import { type ClientMetadata, metadataOf } from '../domain/client-metadata.ts'
import { type Paging, pagingNames } from '../domain/paging.ts'
import type { Run } from '../http/running.ts'
import { requireOptions } from './require-options.ts'

/** A client as an operator sees it. */
export interface RegisteredClient {
  readonly metadata: ClientMetadata
  /** `declared`: in the options. `registered`: in the database. */
  readonly source: ListedClient['source']
  /** A disabled client gets no tokens, and its tokens are rejected. */
  readonly isDisabled: boolean
}

export interface RegisteredClientWithSecret extends RegisteredClient {
  /** The new secret of a confidential client: the database keeps only its hash. `undefined`: there is no new secret. */
  readonly secret: string | undefined
}

export interface RegisteredClientPage {
  readonly clients: readonly RegisteredClient[]
  /** `after` of the next page; `undefined` on the last page. */
  readonly next: string | undefined
}

/** What `create` takes: without a `client_id`, the client gets a random one. */
export type NewClient = Omit<ClientMetadata, 'client_id'> & Partial<Pick<ClientMetadata, 'client_id'>>

/** What `update` takes: `null` removes a member, and members that are left out stay (RFC 7396). */
export type ClientChanges = {
  readonly [Name in keyof Omit<ClientMetadata, 'client_id'>]?: ClientMetadata[Name] | null
}

/**
 * Each operation rejects with a `ClientError`, whose `problems` have a code, a field and a message. `id` is a `client_id`. An
 * invalid value has the code `invalid_client_metadata`.
 */
export interface ClientOperations {
  /** Codes: `invalid_client_metadata`, `invalid_redirect_uri`, `client_exists`, `declared_client`. */
  readonly create: (metadata: NewClient) => Promise<RegisteredClientWithSecret>
  readonly find: (id: string) => Promise<RegisteredClient | undefined>
  /** The declared clients first, then the registered ones in the order of their ids. */
  readonly list: (paging?: Paging) => Promise<RegisteredClientPage>
  /** Codes: `invalid_client_metadata`, `invalid_redirect_uri`, `unknown_client`, `declared_client`. */
  readonly update: (id: string, changes: ClientChanges) => Promise<RegisteredClientWithSecret>
  /**
   * Gives the client a new secret. `grace` is how many seconds the former one still works. @default the option `clientSecretGrace`.
   * Codes: `unknown_client`, `declared_client`, `public_client`.
   */
  readonly rotateSecret: (id: string, options?: { readonly grace?: number }) => Promise<RotatedSecret>
  /** Codes: `unknown_client`, `declared_client`. */
  readonly disable: (id: string) => Promise<void>
  /** Codes: `unknown_client`, `declared_client`. */
  readonly enable: (id: string) => Promise<void>
  /** Removes the client with all that users granted it. Codes: `unknown_client`, `declared_client`. */
  readonly remove: (id: string) => Promise<void>
}

/** @internal */
export function clientOperations(ctx: Context, run: Run): ClientOperations {
  return {
    create: (metadata) => run(async () => withSecret(await addClient(ctx, metadata))),
    find: (id) =>
      run(async () => {
        requireId(id)
        const client = await findClient(ctx, id)
        return client && toRegistered({ client, source: ctx.config.clients.has(id) ? 'declared' : 'registered' })
      }),
    list: (paging = {}) =>
      run(async () => {
        requireOptions(paging, pagingNames, failInvalid)
        const { clients, next } = await listClients(ctx, paging)
        return { clients: clients.map(toRegistered), next }
      }),
    update: (id, changes) => run(async () => withSecret(await updateClient(ctx, id, changes))),
    rotateSecret: (id, options = {}) =>
      run(() => {
        requireOptions(options, ['grace'], failInvalid)
        return rotateClientSecret(ctx, id, options.grace)
      }),
    disable: (id) => run(() => disableClient(ctx, id)),
    enable: (id) => run(() => enableClient(ctx, id)),
    remove: (id) => run(() => removeClient(ctx, id)),
  }
}

function toRegistered({ client, source }: ListedClient): RegisteredClient {
  return { metadata: metadataOf(client), source, isDisabled: client.isDisabled }
}

function withSecret({ client, secret }: ClientWithSecret): RegisteredClientWithSecret {
  return { ...toRegistered({ client, source: 'registered' }), secret }
}
