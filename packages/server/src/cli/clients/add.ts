/** `countersign clients add`. */
import { addClient } from '../../clients/add-client.ts'
import { countersign } from '../../config/called-as.ts'
import type { Client } from '../../domain/client.ts'
import { print, printJson } from '../terminal/print.ts'
import { clientJson } from './client-json.ts'
import { type MetadataFlags, readMetadataFlags } from './metadata-flags.ts'
import { printSecret } from './print-secret.ts'
import { explainClient, withClients } from './with-clients.ts'

export async function add(id: string | undefined, flags: MetadataFlags): Promise<void> {
  const metadata = Object.fromEntries(Object.entries(readMetadataFlags(flags)).filter(([, value]) => value !== null))
  const { client, secret } = await withClients((ctx) =>
    explainClient(ctx, id, () => addClient(ctx, id === undefined ? metadata : { ...metadata, client_id: id })),
  )
  if (flags.json) return printJson({ ...clientJson(client, 'registered'), client_secret: secret ?? null })
  print(`Added ${client.id}.\nclient_id      ${client.id}`)
  printSecret(secret)
  if (getsNoRefreshToken(client)) {
    print(
      `It gets no refresh tokens, so its users log in again when an access token expires. To change this:\n${countersign} clients update ${client.id} --grant-type authorization_code --grant-type refresh_token`,
    )
  }
}

function getsNoRefreshToken({ grantTypes }: Client): boolean {
  return grantTypes.includes('authorization_code') && !grantTypes.includes('refresh_token')
}
