/** A client as JSON: its metadata by the names of RFC 7591 §2, and what else is known about it. */
import type { Client } from '../../domain/client.ts'
import { metadataOf } from '../../domain/client-metadata.ts'

export function clientJson(
  client: Client,
  source: 'declared' | 'registered',
): Readonly<Record<string, unknown>> & { readonly client_id: string } {
  const { client_id, ...metadata } = metadataOf(client)
  return { client_id, client_name: client.name, ...metadata, disabled: client.isDisabled, source }
}

export function stateOf(client: Pick<Client, 'isDisabled'>): 'enabled' | 'disabled' {
  return client.isDisabled ? 'disabled' : 'enabled'
}
