/** `countersign clients list`. */
import { type ListedClient, listClients } from '../../clients/list-clients.ts'
import { countersign } from '../../config/called-as.ts'
import { type List, printList } from '../terminal/list.ts'
import { clientJson, stateOf } from './client-json.ts'
import { type ClientCommands, withClients } from './with-clients.ts'

export function list(isJson: boolean): Promise<void> {
  return withClients((ctx) => printList(tableOf(ctx), allClients(ctx), isJson))
}

function tableOf({ configName }: ClientCommands): List<ListedClient> {
  return {
    columns: [
      { title: 'CLIENT ID', text: ({ client }) => client.id, isWhole: true },
      { title: 'NAME', text: ({ client }) => client.name },
      // RFC 7591 §2: the default when the client named none. It may then use client_secret_post as well.
      { title: 'AUTHENTICATION', text: ({ client }) => client.authMethod ?? 'client_secret_basic' },
      { title: 'GRANT TYPES', text: ({ client }) => client.grantTypes.join(' ') || '-' },
      {
        title: 'STATE',
        text: ({ client }) => stateOf(client),
        style: ({ client }) => (client.isDisabled ? 'red' : 'green'),
      },
      { title: 'KEPT IN', text: ({ source }) => (source === 'declared' ? configName : 'database'), style: () => 'dim' },
    ],
    json: ({ client, source }) => clientJson(client, source),
    whenEmpty: `There are no clients. Add one: ${countersign} clients add`,
  }
}

async function* allClients(ctx: ClientCommands): AsyncGenerator<ListedClient> {
  let after: string | undefined
  do {
    const page = await listClients(ctx, { limit: 500, after })
    yield* page.clients
    after = page.next
  } while (after !== undefined)
}
