/** What is known of the deployment here: its settings, its database and its clients. What is wrong with them is a finding. */
import { statfsSync, statSync } from 'node:fs'
import { listClients } from '../../clients/list-clients.ts'
import type { Config, Options } from '../../config/options.ts'
import { resolveOptions } from '../../config/resolve-options.ts'
import type { Client } from '../../domain/client.ts'
import { systemClock, systemRandom } from '../../environment.ts'
import { recently } from '../../health/other-issuers.ts'
import { urlOf } from '../../http/url-of.ts'
import { isInUse, openPrivateKey, SealedKeysError } from '../../keys/stored-key.ts'
import { routesOf } from '../../routes.ts'
import { openStore, type Store } from '../../store/open.ts'
import { checkSqliteFile, type FileState } from '../../store/sqlite-check.ts'
import { quickCheckLimit } from '../../store/sqlite-damage.ts'
import { withinTime } from '../../within-time.ts'
import { CommandError } from '../command-error.ts'
import { explain, readSettings, type Settings } from '../config.ts'
import { requireStoredDatabase } from '../with-store.ts'
import { checkDatabase } from './database.ts'
import { checkFiles, readFiles } from './files.ts'
import { counted, type Finding, notesOf } from './finding.ts'
import { checkHashing, timeHash } from './hashing.ts'
import { checkRedirectUris, unknownHosts } from './redirect-uris.ts'
import { checkSettings } from './settings.ts'
import { databaseProblemOf, type Step } from './steps.ts'

export interface Deployment {
  readonly settings: Settings
  /** `undefined`: the options are not valid. */
  readonly config: Config | undefined
  /** `undefined`: the database cannot be used. */
  readonly store: Store | undefined
  readonly clients: readonly Client[]
  /** What was found on the way. */
  readonly findings: readonly Finding[]
}

/** Longer than the limits of the connection and of the first query, which have sentences of their own. */
const openLimitMs = 7000

/** For the check of all pages of a large file: what the other checks leave of the time of the command. */
const pagesLimitMs = 4000

/** Seconds for the import of the configuration file: a monitor waits for the whole command no longer than half a minute. */
const importLimit = 10

/** The settings of this folder and environment; `undefined` when there are none of a server. */
export async function findSettings(): Promise<Settings | undefined> {
  const settings = await readSettings({ logLevel: 'info', importLimit })
  return settings.options.secretKey === undefined && settings.configName === undefined ? undefined : settings
}

/** The issuer as `serve` has it. */
export function issuerOf({ options, host, port }: Settings): string {
  return options.issuer ?? urlOf(host, port)
}

export async function openDeployment(settings: Settings): Promise<Deployment> {
  const findings: Finding[] = []
  const note = (check: string, fix: string) => (error: unknown) => {
    // One line for each option.
    findings.push(
      ...messageOf(error)
        .split('\n')
        .map((message) => notesOf(check).problem(message, fix)),
    )
    return undefined
  }
  const config = await resolve(settings).catch(
    note('settings', 'countersign serve does not start like this: change the setting.'),
  )
  const noteDatabase = note('database', 'countersign serve does not start like this: see the message.')
  const store = await open(settings).catch(noteDatabase)
  const clients = config && store ? await allClients(config, store).catch(noteDatabase) : []
  return { settings, config, store, clients: clients ?? [], findings }
}

async function resolve(settings: Settings): Promise<Config> {
  try {
    // resolveOptions rejects a missing secretKey.
    const config = resolveOptions({ issuer: issuerOf(settings), ...settings.options } as Options)
    // They reject a `metricsPath` that is taken.
    routesOf(config)
    return config
  } catch (error) {
    return explain(error, settings)
  }
}

async function open(settings: Settings): Promise<Store> {
  const url = requireStoredDatabase(settings)
  return await withinTime(
    openLimitMs,
    () => openStore({ url, migrate: false }),
    () => {
      throw new CommandError('The database does not respond in time.')
    },
  )
}

/** @throws the error again when it is our bug */
function messageOf(error: unknown): string {
  const message = error instanceof CommandError ? error.message : databaseProblemOf(error)?.message
  if (message === undefined) throw error
  return message
}

async function allClients(config: Config, store: Store): Promise<readonly Client[]> {
  const all: Client[] = []
  let after: string | undefined
  do {
    const { clients, next } = await listClients({ config, store }, after === undefined ? {} : { after })
    all.push(...clients.map(({ client }) => client))
    after = next
  } while (after !== undefined)
  return all
}

export function insideSteps({ settings, config, store, clients }: Deployment): readonly Step[] {
  const { databaseUrl, dataDir } = settings
  const path = databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined
  return [
    ...(config ? [{ name: 'settings', run: async () => checkSettings(config, settings) }] : []),
    ...(store ? [{ name: 'database', run: () => database(store, issuerOf(settings), path) }] : []),
    ...(config && store ? [{ name: 'keys', run: () => keys(config, store) }] : []),
    { name: 'files', run: async () => checkFiles(readFiles(path, dataDir), process.platform) },
    ...(config ? [{ name: 'passwords', run: () => hashing(config) }] : []),
    ...(config && store
      ? [{ name: 'clients', run: async () => checkRedirectUris(clients, await unknownHosts(clients)) }]
      : []),
  ]
}

async function database(store: Store, issuer: string, path: string | undefined): Promise<readonly Finding[]> {
  const now = systemClock()
  return checkDatabase({
    problem: await store.probe(`doctor ${systemRandom.id()}`, Math.floor(now)),
    postgresVersion: await store.postgresVersion(),
    unsafeSettings: store.unsafeSettings,
    machineLead: store.clock.machineLead(),
    now,
    fileSystem: path === undefined || process.platform !== 'linux' ? undefined : statfsSync(path).type,
    fileState: path === undefined ? undefined : await largeFileState(path),
    demoUsers: await store.credentials.listDemo(),
    otherIssuers: await store.issuers.others(issuer, recently(Math.floor(store.clock.now()))),
  })
}

/** A smaller file was checked when it was opened. */
async function largeFileState(path: string): Promise<FileState | undefined> {
  return statSync(path).size > quickCheckLimit ? await checkSqliteFile(path, pagesLimitMs) : undefined
}

async function keys({ secretKey }: Config, store: Store): Promise<readonly Finding[]> {
  const notes = notesOf('keys')
  const inUse = (await store.signingKeys.list()).filter(isInUse)
  try {
    for (const key of inUse) openPrivateKey(key, secretKey)
  } catch (error) {
    if (!(error instanceof SealedKeysError)) throw error
    return [notes.problem(error.message, 'Set the SECRET_KEY that this database was made with.')]
  }
  if (inUse.length > 0) return [notes.ok(`SECRET_KEY opens ${counted(inUse.length, 'signing key')}.`)]
  return [notes.skipped('SECRET_KEY has no keys to open yet: the first start makes them.')]
}

async function hashing({ passwordWorkers, passwordQueueLimit }: Config): Promise<readonly Finding[]> {
  const { availableParallelism } = await import('node:os')
  return checkHashing({
    seconds: await timeHash(),
    cores: availableParallelism(),
    workers: passwordWorkers,
    queueLimit: passwordQueueLimit,
  })
}
