/** Reads the environment and `.env`: the only file that does. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { databaseUrlProblem, type Options, type OptionsError } from '../options.ts'
import { CommandError } from './command-error.ts'

export interface Settings {
  readonly options: Partial<Options>
  readonly host: string
  readonly port: number
  readonly logLevel: string
  /** Where the database and, under `dev`, the secret are kept unless set otherwise. */
  readonly dataDir: string
  readonly databaseUrl: string
}

/** Which environment variable sets which option. */
const variables = {
  SECRET_KEY: 'secretKey',
  ALGORITHM: 'algorithm',
  ACCESS_TOKEN_EXPIRE_MINUTES: 'accessTokenExpireMinutes',
  ISSUER: 'issuer',
  DATABASE_URL: 'databaseUrl',
  PASSWORD_GRANT: 'passwordGrant',
  TRUSTED_PROXIES: 'trustedProxies',
} as const satisfies Record<string, keyof Options>

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** @throws CommandError naming the variable and the fix */
export function readSettings(defaults: { readonly logLevel: string }): Settings {
  const environment = { ...readDotEnv(), ...process.env }
  // SECRET_KEY is taken to the letter: the tutorial's code signs with its spaces, too.
  const value = (name: string) => (name === 'SECRET_KEY' ? environment[name] : environment[name]?.trim()) || undefined

  const dataDir = resolve(value('DATA_DIR') ?? 'data')
  const databaseUrl = value('DATABASE_URL') ?? `sqlite:${join(dataDir, 'countersign.db')}`
  const problem = databaseUrlProblem(databaseUrl)
  if (problem) throw new CommandError(`DATABASE_URL ${problem}`)
  const options: Record<string, unknown> = { databaseUrl }
  for (const [variable, option] of Object.entries(variables)) {
    const text = value(variable)
    if (text !== undefined) options[option] = interpret(option, text)
  }
  return {
    // What a variable holds may be of the wrong type: resolveOptions checks it, and `explain` names the variable.
    options: options as Partial<Options>,
    host: value('HOST') ?? '127.0.0.1',
    port: readPort(value('PORT')),
    logLevel: readLogLevel(value('LOG_LEVEL'), defaults.logLevel),
    dataDir,
    databaseUrl,
  }
}

/** What is wrong with the options, under the names of their environment variables. */
export function explain(error: OptionsError): CommandError {
  const names = new Map<string, string>(Object.entries(variables).map(([variable, option]) => [option, variable]))
  return new CommandError(
    error.problems.map(({ option, message }) => `${names.get(option) ?? option} ${message}`).join('\n'),
  )
}

function interpret(option: string, text: string): unknown {
  if (option === 'accessTokenExpireMinutes' && /^\d{1,9}$/.test(text)) return Number(text)
  if (option === 'trustedProxies') return text.split(',').map((range) => range.trim())
  return text
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? 8000 : Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new CommandError('PORT must be a number from 0 to 65535, such as 8000')
}

function readLogLevel(text: string | undefined, otherwise: string): string {
  if (text === undefined || logLevels.includes(text)) return text ?? otherwise
  throw new CommandError(`LOG_LEVEL must be one of ${logLevels.join(', ')}`)
}

function readDotEnv(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync('.env', 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new CommandError('.env is there but can not be read: check its permissions')
  }
}
