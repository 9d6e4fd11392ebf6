/** Finds clients: first among the declared ones, then in the database. */
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import { webOrigins } from '../domain/redirect-uri.ts'
import type { Tables } from '../store/tables.ts'

/** Where clients are found. In a transaction, `store` is its tables. */
interface Registrations {
  readonly config: Pick<Config, 'clients'>
  readonly store: Pick<Tables, 'clients'>
}

/** Finds a disabled client too. Returns without a promise where the client is known at once. */
export function findClient(
  { config, store }: Registrations,
  id: string,
): Client | undefined | Promise<Client | undefined> {
  return config.clients.get(id)?.client ?? store.clients.find(id)
}

/** The SHA-256 of the secrets that the client may use now. */
export function findClientSecretHashes(
  { config, store, now }: Registrations & Pick<Context, 'now'>,
  client: Pick<Client, 'id'>,
): readonly string[] | Promise<readonly string[]> {
  const declared = config.clients.get(client.id)
  return declared ? declared.secretHashes : store.clients.secretHashes(client.id, Math.floor(now()))
}

/** Makes the same two queries as for a registered client, so that a declared one takes the same time. */
export async function lookUpRegistered({ store, now }: Context, id: string): Promise<void> {
  await store.clients.find(id)
  await store.clients.secretHashes(id, Math.floor(now()))
}

/** Whether the scripts of an enabled client come from this origin, the value of an `Origin` header. */
export function isClientOrigin(ctx: Context, origin: string): boolean | Promise<boolean> {
  const isDeclared = [...ctx.config.clients.values()].some(({ client }) => webOrigins(client).includes(origin))
  return isDeclared || ctx.store.clients.hasOrigin(origin)
}
