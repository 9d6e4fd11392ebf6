/** `countersign serve`: for production. Unsafe settings are rejected. */
import type { Command } from '@commander-js/extra-typings'
import type { Options } from '../config/options.ts'
import { isLoopback } from '../domain/loopback.ts'
import { unsafeSettingsProblem, warnOfUnsafeSettings } from '../health/unsafe-settings.ts'
import { listenForMetrics, type MetricsPort } from '../http/metrics-port.ts'
import { urlOf } from '../http/url-of.ts'
import { standardLog } from '../log/standard-log.ts'
import { createServer, type Server } from '../server.ts'
import { collectGarbage } from './collect-garbage.ts'
import { CommandError } from './command-error.ts'
import { explain, readSettings, type Settings } from './config.ts'
import { withExamples } from './help.ts'
import { run } from './run.ts'

/** Seconds. Docker kills a container ten seconds after it asked it to stop. */
const shutdownDelay = 5

export function defineServe(command: Command): void {
  const defined = command
    .description(
      'Serves for production, with log lines as JSON on standard output. Does not start with unsafe settings, or with a database that is not migrated.',
    )
    .action(serve)
  withExamples(defined, ['countersign serve', 'ISSUER=https://login.example.com HOST=0.0.0.0 countersign serve'])
}

async function serve(): Promise<void> {
  // Node opens its debugger at this signal, to every user of the machine, unless somebody listens.
  process.on('SIGUSR1', () => {})
  const settings = await readSettings({ logLevel: 'info' })
  const log = standardLog(settings.logLevel)
  // A write beyond the limit on the size of files (RLIMIT_FSIZE) then fails, as on a full disk. Otherwise it ends the process.
  process.on('SIGXFSZ', () => {})
  if (settings.options.issuer === undefined && !isLoopback(settings.host)) {
    throw new CommandError(
      'ISSUER is missing: set it to the https URL at which clients reach this server, such as https://login.example.com',
    )
  }
  if (settings.options.unsafeHttpHosts !== undefined) {
    throw new CommandError(
      `${settings.nameOf('unsafeHttpHosts')} is for countersign dev: remove it, and give the issuer and the redirect URIs https`,
    )
  }
  // resolveOptions rejects a missing secretKey, with a message that says how to make one.
  const options = { issuer: urlOf(settings.host, settings.port), shutdownDelay, ...settings.options } as Options
  const collectsMetrics = settings.metricsAt !== undefined
  const server = await createServer(options, { log, collectsMetrics }).catch((error) => explain(error, settings))
  if (server.context.config.passwordGrant === 'first-party') {
    log.warn(
      {},
      'PASSWORD_GRANT=first-party: anybody may send passwords to /token. RFC 9700 §2.4: the password grant MUST NOT be used. Turn it off when no client needs it any longer',
    )
  }
  await requireSafeDatabase(server, settings)
  const metricsPort = await openMetricsPort(server, settings)
  try {
    await run(server, settings.host, settings.port, (url) => {
      log.info({ url, issuer: server.context.config.issuer, ...(metricsPort && { metrics: metricsPort.url }) }, 'ready')
      collectGarbage()
    })
  } finally {
    await metricsPort?.close()
  }
  log.info({}, 'stopped')
}

/** @throws CommandError when the port cannot be opened */
async function openMetricsPort(server: Server, { metricsAt }: Settings): Promise<MetricsPort | undefined> {
  const { metrics } = server.context
  if (metricsAt === undefined || metrics === undefined) return undefined
  const { host, port } = metricsAt
  return await listenForMetrics(metrics.read, host, port).catch(async (error: Error) => {
    await server.close()
    throw new CommandError(`The port of METRICS_PORT cannot be opened on ${host}: ${error.message}`)
  })
}

/** @throws CommandError when the database may lose what was confirmed, and the operator has not named that */
async function requireSafeDatabase({ context, close }: Server, { nameOf }: Settings): Promise<void> {
  const rejected = context.store.unsafeSettings.filter((name) => !context.config.unsafeDatabaseSettings.includes(name))
  if (rejected.length === 0) return warnOfUnsafeSettings(context)
  await close()
  throw new CommandError(
    `${unsafeSettingsProblem(rejected)} To accept the risk, set ${nameOf('unsafeDatabaseSettings')} to ${rejected.join(',')}`,
  )
}
