/** Looks clients up: those that the configuration declares, then those of the database. */

import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import { webOrigins } from '../domain/redirect-uri.ts'
import type { Tables } from '../store/open.ts'

/** What clients are looked up in; in a transaction, `store` is its tables. */
interface Registrations {
  readonly config: Pick<Config, 'clients'>
  readonly store: Pick<Tables, 'clients'>
}

/** Whether disabled or not. Without a promise where it is known at once. */
export function findClient(
  { config, store }: Registrations,
  id: string,
): Client | undefined | Promise<Client | undefined> {
  return config.clients.get(id)?.client ?? store.clients.find(id)
}

/** The SHA-256 of the secrets that the client may use now. */
export function findClientSecretHashes(
  ctx: Context,
  client: Pick<Client, 'id'>,
): readonly string[] | Promise<readonly string[]> {
  const declared = ctx.config.clients.get(client.id)
  return declared ? declared.secretHashes : ctx.store.clients.secretHashes(client.id, Math.floor(ctx.now()))
}

/** Does what both look-ups of a client that is not declared do, for the time that it takes. */
export async function lookUpRegistered({ store, now }: Context, id: string): Promise<void> {
  await store.clients.find(id)
  await store.clients.secretHashes(id, Math.floor(now()))
}

/** Whether the scripts of an enabled client come from this origin (the value of an `Origin` header). */
export function isClientOrigin(ctx: Context, origin: string): boolean | Promise<boolean> {
  const declared = [...ctx.config.clients.values()].some(({ client }) => webOrigins(client).includes(origin))
  return declared || ctx.store.clients.hasOrigin(origin)
}
