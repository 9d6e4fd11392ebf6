/** `countersign clients ...`: the software that may ask for tokens, registered by an operator. */
import { parseArgs } from 'node:util'
import { hashClientSecret, newClientSecret } from '../clients/client-secret.ts'
import { parseClientMetadata } from '../clients/parse-metadata.ts'
import type { Config } from '../config/options.ts'
import { resolveClients } from '../config/resolve-options.ts'
import { type Client, isPublic } from '../domain/client.ts'
import { metadataOf } from '../domain/client-metadata.ts'
import { systemRandom } from '../environment.ts'
import { isConflict } from '../store/errors.ts'
import type { Store } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import { names, one } from './arguments.ts'
import { applyFlags, flagOf, readClientFlags } from './client-flags.ts'
import { CommandError } from './command-error.ts'
import { explain } from './config.ts'
import { print } from './print.ts'
import { runAction } from './sub-command.ts'
import { now, time } from './time.ts'

const usage = `countersign clients add [CLIENT_ID] [flags]                 the secret is shown once
countersign clients list
countersign clients show CLIENT_ID
countersign clients update CLIENT_ID [flags]               what no flag names stays
countersign clients rotate-secret CLIENT_ID [--now]        the former secret works on for a day; with --now not
countersign clients disable|enable|delete CLIENT_ID ...

Flags: --public, --client-name N, --redirect-uri U ..., --post-logout-redirect-uri U ..., --scope "S S", --grant-type G ...,
--application-type web|native, --token-endpoint-auth-method M, --first-party, --no-require-pkce, --resource-server,
--client-uri U, --logo-uri U, --policy-uri U, --tos-uri U, --access-token-signed-response-alg A,
--id-token-signed-response-alg A, --backchannel-logout-uri U, --backchannel-logout-session-required`

/** What the commands work on. */
interface Registry extends Pick<Config, 'clients' | 'scopes' | 'clientSecretGrace'> {
  readonly store: Store
  /** Where `clients` are declared, as messages call it. */
  readonly configName: string
}

type Action = (registry: Registry, args: readonly string[]) => Promise<void>

const actions: Readonly<Record<string, Action>> = {
  add,
  list,
  show,
  update,
  'rotate-secret': rotateSecret,
  disable: (on, args) => forEach(on, args, 'Disabled', (id) => on.store.clients.setDisabled(id, true, now())),
  enable: (on, args) => forEach(on, args, 'Enabled', (id) => on.store.clients.setDisabled(id, false, now())),
  delete: (on, args) => forEach(on, args, 'Deleted', (id) => on.store.clients.remove(id, now())),
}

export function clients(args: readonly string[]): Promise<void> {
  return runAction(actions, usage, args, async (action, store, rest, settings) => {
    const declared = await Promise.resolve(settings.options)
      .then(resolveClients)
      .catch((error) => explain(error, settings))
    await action({ ...declared, store, configName: settings.configName ?? 'the configuration' }, rest)
  })
}

async function add(registry: Registry, args: readonly string[]): Promise<void> {
  const { positionals, metadata } = readClientFlags(args)
  const [id = systemRandom.id(), ...rest] = positionals
  if (rest.length > 0) throw new CommandError(usage)
  const client = requireValid(registry, applyFlags({ client_id: id }, metadata))
  refuseDeclared(registry, client.id)
  const secret = isPublic(client) ? undefined : newClientSecret(systemRandom)
  try {
    await registry.store.clients.insert(client, secret === undefined ? undefined : hashClientSecret(secret), now())
  } catch (error) {
    if (isConflict(error))
      throw new CommandError(`There is a client ${client.id} already. See: countersign clients list`)
    throw error
  }
  print(`Added ${client.id}.\nclient_id      ${client.id}`)
  if (secret !== undefined) printSecret(secret)
}

async function update(registry: Registry, args: readonly string[]): Promise<void> {
  const { positionals, metadata } = readClientFlags(args)
  const before = await requireStored(registry, one(positionals, usage))
  if (Object.keys(metadata).length === 0) throw new CommandError(usage)
  const client = requireValid(registry, applyFlags({ ...metadataOf(before) }, metadata))
  await registry.store.clients.update(client, now())
  print(`Updated ${client.id}.`)
  if (!isPublic(before) || isPublic(client)) return
  // It was public until now, and so has no secret.
  const secret = newClientSecret(systemRandom)
  await registry.store.clients.rotateSecret(client.id, hashClientSecret(secret), now(), now())
  printSecret(secret)
}

async function rotateSecret(registry: Registry, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { now: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const client = await requireStored(registry, one(positionals, usage))
  if (isPublic(client)) throw new CommandError(`${client.id} has no secret: its token_endpoint_auth_method is none.`)
  const secret = newClientSecret(systemRandom)
  const graceEndsAt = now() + (values.now ? 0 : registry.clientSecretGrace)
  await registry.store.clients.rotateSecret(client.id, hashClientSecret(secret), now(), graceEndsAt)
  const until = graceEndsAt > now() ? `works until ${time(graceEndsAt)}` : 'works no more'
  print(`Made a new secret for ${client.id}. The former one ${until}.`)
  printSecret(secret)
}

async function list({ store, clients: declared, configName }: Registry, args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  for (const { client } of declared.values()) print(line(client, configName))
  const page = 500
  let after: string | undefined
  for (;;) {
    const found = await store.clients.list(page, after)
    for (const client of found) if (!declared.has(client.id)) print(line(client, 'database'))
    after = found.at(-1)?.id
    if (found.length < page) return
  }
}

function line(client: Client, place: string): string {
  const columns = [client.id, client.name, client.authMethod, client.grantTypes.join(' ') || '-', state(client), place]
  return columns.map(printable).join('\t')
}

async function show(registry: Registry, args: readonly string[]): Promise<void> {
  const id = one(names(args), usage)
  const declared = registry.clients.get(id)
  const client = declared?.client ?? (await requireStored(registry, id))
  const hashes = declared?.secretHashes ?? (await registry.store.clients.secretHashes(id, now()))
  const rows = Object.entries({
    ...metadataOf(client),
    secrets: String(hashes.length),
    state: state(client),
    kept_in: declared ? registry.configName : 'database',
  })
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  for (const [name, value] of rows) {
    const text = Array.isArray(value) ? value.join(' ') : String(value)
    print(`${name.padEnd(width)}${printable(text === '' ? '-' : text)}`)
  }
}

async function forEach(
  registry: Registry,
  args: readonly string[],
  done: string,
  change: (id: string) => Promise<boolean>,
): Promise<void> {
  const ids = names(args)
  if (ids.length === 0) throw new CommandError(usage)
  for (const id of ids) await requireStored(registry, id)
  for (const id of ids) {
    await change(id)
    print(`${done} ${id}.`)
  }
}

function requireValid(registry: Registry, metadata: Readonly<Record<string, unknown>>): Client {
  const { client, problems } = parseClientMetadata(metadata, registry.scopes)
  if (client) return client
  throw new CommandError(problems.map(({ field, message }) => `${flagOf(field)} ${message}`).join('\n'))
}

async function requireStored(registry: Registry, id: string): Promise<Client> {
  refuseDeclared(registry, id)
  const client = await registry.store.clients.find(id)
  if (!client) throw new CommandError(`There is no client ${JSON.stringify(id)}. See: countersign clients list`)
  return client
}

function refuseDeclared({ clients: declared, configName }: Registry, id: string): void {
  if (declared.has(id)) throw new CommandError(`${id} is declared in ${configName}: change it there.`)
}

function printSecret(secret: string): void {
  print(`client_secret  ${secret}\nThe secret is shown this once: only its hash is kept.`)
}

function state(client: Client): string {
  return client.isDisabled ? 'disabled' : 'enabled'
}
