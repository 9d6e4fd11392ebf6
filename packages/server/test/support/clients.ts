/** Clients of every kind, in the database or declared. */

import { hashClientSecret } from '../../src/clients/client-secret.ts'
import type { Client } from '../../src/domain/client.ts'
import { clientOf } from '../../src/domain/client-metadata.ts'
import { basicOf as authorizationOf } from '../../src/user-agent/code-flow.ts'
import type { TestServer } from './server.ts'

/** 32 characters: the minimum length of a secret. */
export const clientSecret = 'a secret of a client, 32 letters'

/** A client with the given fields and defaults for the others. */
export function aClient(fields: Partial<Client> & Pick<Client, 'id'>): Client {
  return { ...clientOf({ client_id: fields.id, scope: 'me items' }, false), ...fields }
}

/** Registers the client in the database; a confidential one has `clientSecret`. */
export async function givenClient(
  { server, clock }: TestServer,
  fields: Partial<Client> & Pick<Client, 'id'>,
): Promise<Client> {
  const client = aClient(fields)
  const hash = client.authMethod === 'none' ? undefined : hashClientSecret(clientSecret)
  await server.context.store.clients.insert(client, hash, Math.floor(clock.now))
  return client
}

/** The `Authorization` header of a client (RFC 6749 §2.3.1). */
export function basicOf(id: string, secret: string = clientSecret): { authorization: string } {
  return { authorization: authorizationOf(id, secret) }
}
