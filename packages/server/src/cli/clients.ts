/** `countersign clients ...`: an operator registers and changes the programs that get tokens. */
import { parseArgs } from 'node:util'
import { addClient } from '../clients/add-client.ts'
import { ClientError, type ClientProblem } from '../clients/client-error.ts'
import { disableClient, enableClient, removeClient } from '../clients/disable-client.ts'
import { findClient, findClientSecretHashes } from '../clients/find-client.ts'
import { type ListedClient, listClients } from '../clients/list-clients.ts'
import { type ClientContext, requireRegistered } from '../clients/registered-client.ts'
import { rotateClientSecret } from '../clients/rotate-client-secret.ts'
import { updateClient } from '../clients/update-client.ts'
import { resolveClients } from '../config/resolve-options.ts'
import type { Client } from '../domain/client.ts'
import { metadataOf } from '../domain/client-metadata.ts'
import { systemClock, systemRandom } from '../environment.ts'
import { printable } from '../trace/format.ts'
import { names, one } from './arguments.ts'
import { flagOf, readClientFlags } from './client-flags.ts'
import { CommandError } from './command-error.ts'
import { explain } from './config.ts'
import { print } from './print.ts'
import { runAction } from './sub-command.ts'
import { now, time } from './time.ts'

const usage = `countersign clients add [CLIENT_ID] [flags]                 shows the secret once
countersign clients list
countersign clients show CLIENT_ID
countersign clients update CLIENT_ID [flags]               changes what a flag names
countersign clients rotate-secret CLIENT_ID [--now]        the former secret works for another day; with --now it ends
countersign clients disable|enable|delete CLIENT_ID ...

Flags: --public, --client-name N, --redirect-uri U ..., --post-logout-redirect-uri U ..., --scope "S S", --grant-type G ...,
--application-type web|native, --token-endpoint-auth-method M, --first-party, --no-require-pkce, --resource-server,
--client-uri U, --logo-uri U, --policy-uri U, --tos-uri U, --access-token-signed-response-alg A,
--id-token-signed-response-alg A, --backchannel-logout-uri U, --backchannel-logout-session-required`

interface ClientCommands extends ClientContext {
  /** Where clients are declared, for messages. */
  readonly configName: string
}

type Action = (ctx: ClientCommands, args: readonly string[]) => Promise<void>

const actions: Readonly<Record<string, Action>> = {
  add,
  list,
  show,
  update,
  'rotate-secret': rotateSecret,
  disable: (ctx, args) => forEach(ctx, args, 'Disabled', disableClient),
  enable: (ctx, args) => forEach(ctx, args, 'Enabled', enableClient),
  delete: (ctx, args) => forEach(ctx, args, 'Deleted', removeClient),
}

export function clients(args: readonly string[]): Promise<void> {
  return runAction(actions, usage, args, async (action, store, rest, settings) => {
    const config = await Promise.resolve(settings.options)
      .then(resolveClients)
      .catch((error) => explain(error, settings))
    const configName = settings.configName ?? 'the configuration'
    await action({ config, store, now: systemClock, random: systemRandom, configName }, rest)
  })
}

async function add(ctx: ClientCommands, args: readonly string[]): Promise<void> {
  const { positionals, metadata } = readClientFlags(args)
  const [id, ...rest] = positionals
  if (rest.length > 0) throw new CommandError(usage)
  const given = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))
  const { client, secret } = await withId(ctx, id, () =>
    addClient(ctx, id === undefined ? given : { ...given, client_id: id }),
  )
  print(`Added ${client.id}.\nclient_id      ${client.id}`)
  if (secret !== undefined) printSecret(secret)
}

async function update(ctx: ClientCommands, args: readonly string[]): Promise<void> {
  const { positionals, metadata } = readClientFlags(args)
  const id = one(positionals, usage)
  if (Object.keys(metadata).length === 0) throw new CommandError(usage)
  const { secret } = await withId(ctx, id, () => updateClient(ctx, id, metadata))
  print(`Updated ${id}.`)
  if (secret !== undefined) printSecret(secret)
}

async function rotateSecret(ctx: ClientCommands, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { now: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const id = one(positionals, usage)
  const rotated = await withId(ctx, id, () => rotateClientSecret(ctx, id, values.now ? 0 : undefined))
  const until = rotated.formerSecretExpiresAt
  print(
    `Made a new secret for ${id}. The former one ${until > now() ? `works until ${time(until)}` : 'no longer works'}.`,
  )
  printSecret(rotated.secret)
}

async function list(ctx: ClientCommands, args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  let after: string | undefined
  do {
    const page = await listClients(ctx, { limit: 500, after })
    for (const listed of page.clients) print(line(listed, ctx))
    after = page.next
  } while (after !== undefined)
}

function line({ client, source }: ListedClient, { configName }: ClientCommands): string {
  const place = source === 'declared' ? configName : 'database'
  const columns = [client.id, client.name, client.authMethod, client.grantTypes.join(' ') || '-', state(client), place]
  return columns.map(printable).join('\t')
}

async function show(ctx: ClientCommands, args: readonly string[]): Promise<void> {
  const id = one(names(args), usage)
  const client = (await findClient(ctx, id)) ?? (await withId(ctx, id, () => requireRegistered(ctx, id)))
  const hashes = await findClientSecretHashes(ctx, client)
  const { client_id, ...metadata } = metadataOf(client)
  const rows = Object.entries({
    client_id,
    client_name: client.name,
    ...metadata,
    secrets: String(hashes.length),
    state: state(client),
    kept_in: ctx.config.clients.has(id) ? ctx.configName : 'database',
  })
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  for (const [name, value] of rows) {
    const text = Array.isArray(value) ? value.join(' ') : String(value)
    print(`${name.padEnd(width)}${printable(text === '' ? '-' : text)}`)
  }
}

/** Changes all of the clients, or none when one of the ids is wrong. */
async function forEach(
  ctx: ClientCommands,
  args: readonly string[],
  done: string,
  change: (ctx: ClientContext, id: string) => Promise<void>,
): Promise<void> {
  const ids = names(args)
  if (ids.length === 0) throw new CommandError(usage)
  for (const id of ids) await withId(ctx, id, () => requireRegistered(ctx, id))
  for (const id of ids) {
    await withId(ctx, id, () => change(ctx, id))
    print(`${done} ${id}.`)
  }
}

/** Performs the operation on the client. @throws CommandError that names the client, the flags and the fix */
async function withId<Result>(
  ctx: ClientCommands,
  id: string | undefined,
  operation: () => Promise<Result>,
): Promise<Result> {
  try {
    return await operation()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    throw new CommandError(error.problems.map((problem) => sentence(problem, id ?? 'client', ctx)).join('\n'))
  }
}

function sentence({ code, field, message }: ClientProblem, id: string, { configName }: ClientCommands): string {
  switch (code) {
    case 'client_exists':
      return `A client ${id} already exists. See: countersign clients list`
    case 'unknown_client':
      return `There is no client ${JSON.stringify(id)}. See: countersign clients list`
    case 'declared_client':
      return `${id} is declared in ${configName}: change it there.`
    case 'public_client':
      return `${id} has no secret: its token_endpoint_auth_method is none.`
    default:
      return `${flagOf(field)} ${message}`
  }
}

function printSecret(secret: string): void {
  print(`client_secret  ${secret}\nThe secret is shown only now: the database keeps its hash.`)
}

function state(client: Client): string {
  return client.isDisabled ? 'disabled' : 'enabled'
}
