/** `countersign clients update`. */
import { updateClient } from '../../clients/update-client.ts'
import { UsageError } from '../command-error.ts'
import { print, printJson } from '../terminal/print.ts'
import { clientJson } from './client-json.ts'
import { type MetadataFlags, readMetadataFlags } from './metadata-flags.ts'
import { printSecret } from './print-secret.ts'
import { explainClient, withClients } from './with-clients.ts'

export async function update(id: string, flags: MetadataFlags): Promise<void> {
  const unset = (flags.unset ?? []).map((member) => [member, null] as const)
  const metadata = { ...readMetadataFlags(flags), ...Object.fromEntries(unset) }
  if (Object.keys(metadata).length === 0) {
    throw new UsageError('Name what to change with a flag, such as --client-name.')
  }
  const { client, secret } = await withClients((ctx) => explainClient(ctx, id, () => updateClient(ctx, id, metadata)))
  if (flags.json) return printJson({ ...clientJson(client, 'registered'), client_secret: secret ?? null })
  print(`Updated ${id}.`)
  printSecret(secret)
}
