/** `countersign clients show`. */
import { findClient, findClientSecretHashes } from '../../clients/find-client.ts'
import { requireRegistered } from '../../clients/registered-client.ts'
import { authMethodsOf } from '../../domain/client.ts'
import { printFields } from '../terminal/list.ts'
import { printJson } from '../terminal/print.ts'
import { clientJson, stateOf } from './client-json.ts'
import { explainClient, withClients } from './with-clients.ts'

export function show(id: string, isJson: boolean): Promise<void> {
  return withClients(async (ctx) => {
    const client = (await findClient(ctx, id)) ?? (await explainClient(ctx, id, () => requireRegistered(ctx, id)))
    const secrets = (await findClientSecretHashes(ctx, client)).length
    const isDeclared = ctx.config.clients.has(id)
    const { disabled, source, ...metadata } = clientJson(client, isDeclared ? 'declared' : 'registered')
    if (isJson) return printJson({ ...metadata, disabled, source, secrets })
    const { client_id, client_name, ...others } = metadata
    const shown = { client_id, client_name, token_endpoint_auth_method: authMethodsOf(client), ...others }
    printFields([
      ...Object.entries(shown).map(([name, value]) => [name, textOf(value)] as const),
      ['secrets', String(secrets)],
      ['state', stateOf(client)],
      ['kept_in', isDeclared ? ctx.configName : 'database'],
    ])
  })
}

function textOf(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value)
  return text === '' ? '-' : text
}
