/**
 * Which config a client was made with, for the other entries of this package. The client secret is in it, so no member of the client
 * leads to it and no entry exports this file: docs/decisions/0034-client-secret-out-of-reach.md.
 */
import type { ClientConfig } from './config.ts'

const configs = new WeakMap<object, ClientConfig>()

/** Returns the client. */
export function rememberConfig<Client extends object>(client: Client, config: ClientConfig): Client {
  configs.set(client, config)
  return client
}

/** @throws TypeError for an object that `createClient` of this package has not made, such as a copy of a client */
export function configOf(client: object): ClientConfig {
  const config = configs.get(client)
  if (config === undefined) throw new TypeError('client must be what createClient() returned, not a copy of it')
  return config
}
