/** `countersign dev`: the tutorial's system, without any setup. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '@commander-js/extra-typings'
import { pino } from 'pino'
import { addDemoUsers, demoLogins } from '../demo/users.ts'
import { systemRandom } from '../environment.ts'
import { urlOf } from '../http/url-of.ts'
import { createServer } from '../server.ts'
import { formatTrace } from '../trace/format.ts'
import { CommandError } from './command-error.ts'
import { explain, readSettings } from './config.ts'
import { withExamples } from './help.ts'
import { freePort, run } from './run.ts'
import { print } from './terminal/print.ts'

export function defineDev(command: Command): void {
  const defined = command
    .description(
      "Serves for development: the tutorial's users, a demo app, the live trace, and a database and a secret that are made at the first start.",
    )
    .option('--trace', 'print each request with its steps')
    .action(({ trace = false }) => dev(trace))
  withExamples(defined, ['countersign dev', 'PORT=9000 countersign dev --trace'])
}

async function dev(isTraced: boolean): Promise<void> {
  const settings = await readSettings({ logLevel: 'warn' })
  const secretKey = settings.options.secretKey ?? storedSecret(settings.dataDir)
  const port = settings.port === 0 ? await freePort(settings.host) : settings.port
  const server = await createServer(
    {
      passwordGrant: 'first-party',
      issuer: urlOf('127.0.0.1', port),
      ...settings.options,
      secretKey,
      demo: true,
      unsafeWeakSecretKey: true,
    },
    { migrate: true, log: pino({ level: settings.logLevel }, pino.destination(2)) },
  ).catch((error) => explain(error, settings))
  await addDemoUsers(server.context.store, systemRandom, server.context.now())
  if (isTraced) server.context.traces.watch({ show: (request) => print(formatTrace(request)), end: () => {} })
  await run(server, settings.host, port, (url) => print(welcome(url)))
}

function welcome(url: string): string {
  const [tim, alice] = demoLogins
  return `Countersign is ready at ${url}

  Log in with the demo app  ${url}/demo
  API in the browser        ${url}/docs     (Authorize, then Execute)
  Live trace                ${url}/_trace
  Users                     ${tim.username} / ${tim.password}   ${alice.username} / ${alice.password}

  curl -d 'username=${tim.username}&password=${tim.password}' ${url}/token

Ctrl-C stops it.`
}

/** The secret in the data folder, made at the first start. Only its owner can read it. */
function storedSecret(dataDir: string): string {
  const path = join(dataDir, 'secret-key')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    try {
      writeFileSync(path, `${Buffer.from(systemRandom.bytes(32)).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      chmodSync(path, 0o600)
    }
    const secret = readFileSync(path, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new CommandError(`The folder ${dataDir} is not writable${code}. Set DATA_DIR to a writable folder.`)
  }
  throw new CommandError(`${path} is empty. Restore it, or remove it together with the database to start again.`)
}
