/** Reads the settings: the environment, `.env` and the configuration file. */
import { join, resolve } from 'node:path'
import { databaseUrlProblem, normalizeDatabaseUrl } from '../config/database-url.ts'
import type { Options } from '../config/options.ts'
import { OptionsError } from '../config/options-error.ts'
import { CommandError } from './command-error.ts'
import { loadConfigFile } from './config-file.ts'
import { readDotEnv } from './dot-env.ts'
import { optionVariables, type Variable } from './variables.ts'

/** What only variables set: about the process, not about the server. */
export interface ProcessSettings {
  readonly host: string
  readonly port: number
  readonly logLevel: string
  /** Where Prometheus reads metrics, apart from the port of the server; `undefined`: nowhere. */
  readonly metricsAt: { readonly host: string; readonly port: number } | undefined
  /** How many processes serve, as written. */
  readonly workers: string | undefined
}

export interface Settings extends ProcessSettings {
  readonly options: Partial<Options>
  /** The folder of the database and, under `dev`, of the secret, unless they are set. */
  readonly dataDir: string
  readonly databaseUrl: string
  /** The secret that sealed the keys until now: for `countersign keys reseal`. */
  readonly formerSecretKey: string | undefined
  /** The name of the configuration file in messages; `undefined` when there is none. */
  readonly configName: string | undefined
  /** The name of an option where it was set: its variable, or its place in the file. */
  readonly nameOf: (option: string) => string
}

interface LogDefault {
  readonly logLevel: string
}

interface Reading extends LogDefault {
  /** Seconds that the import of the configuration file may take. @default 60 */
  readonly importLimit?: number
}

const defaultImportLimit = 60

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** A variable overrides the configuration file. @throws CommandError that names the variable and the fix */
export async function readSettings(defaults: Reading): Promise<Settings> {
  const environment = readEnvironment()
  // The configuration file reads its secrets from process.env, also those in .env.
  for (const [name, text] of Object.entries(environment)) {
    if (text !== undefined) process.env[name] ??= text
  }
  const value = valuesOf(environment)

  const dataDir = resolve(value('DATA_DIR') ?? 'data')
  const file = await loadConfigFile(value('COUNTERSIGN_CONFIG'), defaults.importLimit ?? defaultImportLimit)
  const options: Record<string, unknown> = {
    databaseUrl: defaultDatabaseUrl(dataDir),
    ...file?.options,
  }
  const names = new Map<string, string>(optionVariables.map(([variable, option]) => [option, variable]))
  for (const option of Object.keys(file?.options ?? {})) names.set(option, `${file?.name}: ${option}`)
  for (const [variable, option] of optionVariables) {
    const text = value(variable)
    if (text === undefined) continue
    options[option] = interpret(option, text)
    names.set(option, variable)
  }
  // `clients[0].scope` has the name of `clients`.
  const nameOf = (option: string) => option.replace(/^\w+/, (whole) => names.get(whole) ?? whole)
  const databaseUrl = String(options['databaseUrl'])
  const problem = databaseUrlProblem(databaseUrl)
  if (problem) throw new CommandError(`${nameOf('databaseUrl')} ${problem}`)
  return {
    // The value of a variable or the file may have the wrong type: resolveOptions checks it, and `explain` names the place.
    options: options as Partial<Options>,
    ...processSettings(value, defaults),
    dataDir,
    databaseUrl: normalizeDatabaseUrl(databaseUrl),
    formerSecretKey: value('FORMER_SECRET_KEY'),
    configName: file?.name,
    nameOf,
  }
}

/** The settings that need no configuration file. @throws CommandError that names the variable and the fix */
export function readProcessSettings(defaults: LogDefault): ProcessSettings {
  return processSettings(valuesOf(readEnvironment()), defaults)
}

type Environment = Readonly<Record<string, string | undefined>>
type Values = (name: Variable) => string | undefined

function readEnvironment(): Environment {
  return { ...readDotEnv(), ...process.env }
}

function valuesOf(environment: Environment): Values {
  // The spaces of SECRET_KEY count: the tutorial's code signs with them too.
  return (name) => (name.endsWith('SECRET_KEY') ? environment[name] : environment[name]?.trim()) || undefined
}

function processSettings(value: Values, defaults: LogDefault): ProcessSettings {
  const port = readPort('PORT', value('PORT') ?? '8000', 8000)
  const metricsAt = readMetricsAt(value('METRICS_HOST'), value('METRICS_PORT'))
  if (port !== 0 && metricsAt?.port === port) throw new CommandError('METRICS_PORT must be another port than PORT')
  return {
    host: value('HOST') ?? '127.0.0.1',
    port,
    logLevel: readLogLevel(value('LOG_LEVEL'), defaults.logLevel),
    metricsAt,
    workers: value('WORKERS'),
  }
}

/** Where the database is unless a setting says otherwise. */
export function defaultDatabaseUrl(dataDir: string): string {
  return `sqlite:${join(dataDir, 'countersign.db')}`
}

/** Throws the error again; an OptionsError as CommandError, with the names of the options where they were set. */
export function explain(thrown: unknown, settings: Settings): never {
  if (!(thrown instanceof OptionsError)) throw thrown
  const lines = thrown.problems.map(({ option, message }) => `${settings.nameOf(option)} ${message}`)
  throw new CommandError(lines.join('\n'))
}

/** Options whose variables have commas between the values. */
const lists: readonly (keyof Options)[] = [
  'trustedProxies',
  'resources',
  'unsafeHttpHosts',
  'unsafeDatabaseSettings',
  'loginWith',
]

/** Options whose variables are numbers. */
const numbers: readonly (keyof Options)[] = [
  'accessTokenExpireMinutes',
  'keepAliveTimeout',
  'shutdownDelay',
  'databasePoolSize',
  'databaseReserve',
  'databaseWaitTimeout',
  'databaseStatementTimeout',
  'databaseLockTimeout',
]

function interpret(option: keyof Options, text: string): unknown {
  if (numbers.includes(option) && /^\d{1,9}$/.test(text)) return Number(text)
  return lists.includes(option) ? text.split(',').map((part) => part.trim()) : text
}

function readPort(variable: Variable, text: string, example: number): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new CommandError(`${variable} must be a number from 0 to 65535, such as ${example}`)
}

function readMetricsAt(host: string | undefined, port: string | undefined): ProcessSettings['metricsAt'] {
  if (port !== undefined) return { host: host ?? '127.0.0.1', port: readPort('METRICS_PORT', port, 9464) }
  if (host === undefined) return undefined
  throw new CommandError('METRICS_HOST needs METRICS_PORT: set it, such as METRICS_PORT=9464, or remove METRICS_HOST')
}

function readLogLevel(text: string | undefined, otherwise: string): string {
  if (text === undefined || logLevels.includes(text)) return text ?? otherwise
  throw new CommandError(`LOG_LEVEL must be one of ${logLevels.join(', ')}`)
}
