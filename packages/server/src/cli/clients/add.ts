/** `countersign clients add`. */
import { addClient } from '../../clients/add-client.ts'
import { knownSoftware, metadataFor } from '../../clients/known-software.ts'
import { countersign } from '../../config/called-as.ts'
import type { Client } from '../../domain/client.ts'
import { UsageError } from '../command-error.ts'
import { print, printJson } from '../terminal/print.ts'
import { clientJson } from './client-json.ts'
import { type MetadataFlags, readMetadataFlags } from './metadata-flags.ts'
import { printSecret } from './print-secret.ts'
import { explainClient, withClients } from './with-clients.ts'

type AddFlags = MetadataFlags & { readonly for?: string | undefined; readonly url?: string | undefined }

export async function add(id: string | undefined, flags: AddFlags): Promise<void> {
  const named = Object.entries(readMetadataFlags(flags)).filter(([, value]) => value !== null)
  const software = readSoftware(flags)
  const metadata = { ...software?.metadata, ...Object.fromEntries(named) }
  const { client, secret } = await withClients((ctx) =>
    explainClient(ctx, id, () => addClient(ctx, id === undefined ? metadata : { ...metadata, client_id: id })),
  )
  if (flags.json) return printJson({ ...clientJson(client, 'registered'), client_secret: secret ?? null })
  print(`Added ${client.id}.\nclient_id      ${client.id}`)
  printSecret(secret)
  if (software) print(`In ${software.title}: ${software.settings.replaceAll('`', '')}.\nSee ${software.source}`)
  if (getsNoRefreshToken(client)) {
    print(
      `It gets no refresh tokens, so its users log in again when an access token expires. To change this:\n${countersign} clients update ${client.id} --grant-type authorization_code --grant-type refresh_token`,
    )
  }
}

function getsNoRefreshToken({ grantTypes }: Client): boolean {
  return grantTypes.includes('authorization_code') && !grantTypes.includes('refresh_token')
}

/** What `--for` and `--url` say. @throws UsageError */
function readSoftware({ for: name, url }: AddFlags) {
  const software = name === undefined ? undefined : knownSoftware[name]
  if (!software) {
    if (url !== undefined) throw new UsageError('--url is for --for: name the redirect URI with --redirect-uri')
    return undefined
  }
  if (software.redirectPaths.length > 0 && url === undefined) {
    throw new UsageError(`--for ${name} needs --url, the address of ${software.title}`)
  }
  if (url !== undefined && !isAddress(url)) {
    throw new UsageError('--url must be an address without a query, such as https://argocd.example.com')
  }
  return { ...software, metadata: metadataFor(software, url ?? '') }
}

function isAddress(url: string): boolean {
  return /^https?:\/\/[^?#\s]+$/.test(url) && URL.canParse(url)
}
