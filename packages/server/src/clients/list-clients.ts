/** Lists all clients, page by page. */
import type { Client } from '../domain/client.ts'
import { type Paging, pagingProblem } from '../domain/paging.ts'
import { type ClientContext, failInvalid } from './registered-client.ts'

export interface ListedClient {
  readonly client: Client
  /** `declared`: in the configuration. `registered`: in the database. */
  readonly source: 'declared' | 'registered'
}

export interface ClientPage {
  readonly clients: readonly ListedClient[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}

/**
 * The first page begins with all declared clients; the registered ones follow in the order of their ids.
 * @throws ClientError `invalid_client_metadata`
 * @internal
 */
export async function listClients(
  { config, store }: Pick<ClientContext, 'config' | 'store'>,
  paging: Paging = {},
): Promise<ClientPage> {
  const problem = pagingProblem(paging)
  if (problem) failInvalid(problem.field, problem.message)
  const { limit = 100, after } = paging
  const declared = after === undefined ? [...config.clients.values()] : []
  const found = await store.clients.list(limit, after)
  // A declared client hides a registered one with the same id.
  const registered = found.filter((client) => !config.clients.has(client.id))
  return {
    clients: [
      ...declared.map(({ client }): ListedClient => ({ client, source: 'declared' })),
      ...registered.map((client): ListedClient => ({ client, source: 'registered' })),
    ],
    next: found.length < limit ? undefined : found.at(-1)?.id,
  }
}
