#!/usr/bin/env node
import { version } from '../config/version.ts'
/** The `countersign` command: runs the sub-command, and prints an error in one line. */
import { SealedKeysError } from '../keys/stored-key.ts'
import { isOutage, StoreError } from '../store/errors.ts'
import { CommandError } from './command-error.ts'
import { endWhenUnread, print, printError } from './print.ts'

type Command = (args: readonly string[]) => Promise<void>

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./dev.ts')).dev,
  serve: async () => (await import('./serve.ts')).serve,
  migrate: async () => (await import('./migrate.ts')).migrateDatabase,
  users: async () => (await import('./users.ts')).users,
  clients: async () => (await import('./clients.ts')).clients,
  keys: async () => (await import('./keys.ts')).keys,
  grants: async () => (await import('./grants.ts')).grants,
  incidents: async () => (await import('./incidents.ts')).incidents,
  why: async () => (await import('./why.ts')).why,
}

const usage = `countersign - the authorization server for TypeScript

  countersign dev [--trace]        serve for development: the tutorial's users, a new database, the live trace
  countersign serve                serve for production
  countersign migrate              create the database, or update its tables
  countersign users ...            add, list, show, update, passwd, disable, enable, delete, import
  countersign clients ...          add, list, show, update, rotate-secret, disable, enable, delete
  countersign keys ...             list, rotate, reseal the keys that sign tokens
  countersign grants ...           list, revoke what users granted to clients
  countersign incidents            list authorization codes and refresh tokens that were used twice
  countersign why <request-id>     explain why a request was rejected

Settings come from the environment, .env and countersign.config.ts. The variables: SECRET_KEY, ALGORITHM,
ACCESS_TOKEN_EXPIRE_MINUTES, ISSUER, HOST, PORT, DATABASE_URL, DATA_DIR, LOG_LEVEL, PASSWORD_GRANT, RESOURCES,
TRUSTED_PROXIES, COUNTERSIGN_CONFIG.`

endWhenUnread()
const [name, ...args] = process.argv.slice(2)
const load = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name]
if (load) {
  try {
    await (await load())(args)
  } catch (error) {
    fail(error)
  }
} else if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
  print(usage)
} else if (name === '--version' || name === '-v') {
  print(version)
} else {
  printError(`countersign: there is no command ${JSON.stringify(name)}\n\n${usage}`)
  process.exitCode = 1
}

function fail(error: unknown): void {
  process.exitCode = 1
  if (error instanceof StoreError || error instanceof SealedKeysError || error instanceof CommandError) {
    printError(error.message)
  } else if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    printError(`${error.message}\n\n${usage}`)
  } else if (error instanceof Error && isOutage(error)) {
    printError(`The database is not available: ${error.message}. Try again, and check DATABASE_URL if it stays so.`)
  } else throw error
}
