/** `countersign clients ...`: the definitions of its commands. What each one does is loaded when it runs. */
import { type Command, Option } from '@commander-js/extra-typings'
import { knownSoftware } from '../../clients/known-software.ts'
import { append } from '../append.ts'
import { withExamples } from '../help.ts'
import { withMetadataFlags } from './metadata-flags.ts'

export function defineClients(clients: Command): void {
  clients.description(
    'Registers, shows and changes clients: the programs that get tokens. Changes take effect at once, also for a running server.',
  )
  withExamples(clients, [
    'countersign clients list',
    'countersign clients add shop --public --redirect-uri https://shop.example.com/callback',
  ])
  defineAdd(clients)
  defineList(clients)
  defineShow(clients)
  defineUpdate(clients)
  defineRotateSecret(clients)
  defineDisable(clients)
  defineEnable(clients)
  defineDelete(clients)
}

function defineAdd(clients: Command): void {
  const add = withMetadataFlags(clients.command('add').argument('[client-id]', 'by default a random UUID'))
    .summary('register a client, and show its secret once')
    .description('Registers a client. Its secret is shown only now: the database keeps the hash.')
    .addOption(
      new Option('--for <software>', 'sets what known software needs; other flags come before it').choices(
        Object.keys(knownSoftware),
      ),
    )
    .option('--url <address>', 'with --for: where the software is, such as https://argocd.example.com')
    .option('--json', 'print the client as JSON, with its secret')
    .action(async (id, flags) => (await import('./add.ts')).add(id, flags))
  withExamples(add, [
    'countersign clients add shop --public --redirect-uri https://shop.example.com/callback \\\n      --grant-type authorization_code --grant-type refresh_token',
    'countersign clients add billing --grant-type client_credentials --client-name Billing',
    'countersign clients add argocd --for argocd --url https://argocd.example.com',
  ])
}

function defineList(clients: Command): void {
  const list = clients
    .command('list')
    .summary('list all clients')
    .description(
      'Lists all clients, the declared ones first. In a pipe: id, name, authentication method, grant types, state and place, separated by tabs.',
    )
    .option('--json', 'print a JSON array')
    .action(async ({ json = false }) => (await import('./list.ts')).list(json))
  withExamples(list, ['countersign clients list', "countersign clients list --json | jq -r '.[].client_id'"])
}

function defineShow(clients: Command): void {
  const show = clients
    .command('show')
    .argument('<client-id>')
    .summary('show one client')
    .description('Shows the metadata of a client, and how many secrets it has. A secret is never shown again.')
    .option('--json', 'print JSON')
    .action(async (id, { json = false }) => (await import('./show.ts')).show(id, json))
  withExamples(show, ['countersign clients show shop', 'countersign clients show shop --json | jq .redirect_uris'])
}

function defineUpdate(clients: Command): void {
  const update = withMetadataFlags(clients.command('update').argument('<client-id>'))
    .summary('change what a flag names')
    .description(
      'Changes what a flag names. A new list replaces the former one, and an empty text removes a value. A client that is no longer public gets a secret, which is shown once.',
    )
    .option(
      '--unset <member>',
      'give a member of the metadata its default again, such as require_pkce; may be repeated',
      append,
    )
    .option('--json', 'print the client as JSON, with its new secret')
    .action(async (id, flags) => (await import('./update.ts')).update(id, flags))
  withExamples(update, [
    "countersign clients update shop --client-name 'The Shop' --no-first-party",
    "countersign clients update shop --logo-uri ''",
    'countersign clients update billing --unset token_endpoint_auth_method --unset require_pkce',
  ])
}

function defineRotateSecret(clients: Command): void {
  const rotate = clients
    .command('rotate-secret')
    .argument('<client-id>')
    .summary('replace the secret')
    .description('Makes a new secret, and shows it once. The former one works for another day.')
    .option('--now', 'end the former secret at once')
    .option('--json', 'print JSON')
    .action(async (id, { now = false, json = false }) =>
      (await import('./rotate-secret.ts')).rotateSecret(id, now, json),
    )
  withExamples(rotate, ['countersign clients rotate-secret billing', 'countersign clients rotate-secret billing --now'])
}

function defineDisable(clients: Command): void {
  const disable = clients
    .command('disable')
    .argument('<client-id...>')
    .summary('end the access of clients')
    .description('The clients get no tokens until they are enabled again.')
    .action(async (ids) => (await import('./change-each.ts')).disable(ids))
  withExamples(disable, ['countersign clients disable billing', 'countersign clients disable billing shop'])
}

function defineEnable(clients: Command): void {
  const enable = clients
    .command('enable')
    .argument('<client-id...>')
    .summary('give clients access again')
    .description('The clients get tokens again.')
    .action(async (ids) => (await import('./change-each.ts')).enable(ids))
  withExamples(enable, ['countersign clients enable billing', 'countersign clients enable billing shop'])
}

function defineDelete(clients: Command): void {
  const remove = clients
    .command('delete')
    .argument('<client-id...>')
    .summary('delete clients')
    .description('Deletes the clients, and rejects their tokens. Asks for a confirmation.')
    .option('--yes', 'delete without a confirmation: for scripts')
    .action(async (ids, { yes = false }) => (await import('./change-each.ts')).remove(ids, yes))
  withExamples(remove, ['countersign clients delete billing', 'countersign clients delete billing shop --yes'])
}
