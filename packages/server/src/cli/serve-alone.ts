/** `countersign serve` in one process. */
import { listenForMetrics, type MetricsPort } from '../http/metrics-port.ts'
import { standardLog } from '../log/standard-log.ts'
import type { Server } from '../server.ts'
import { collectGarbage } from './collect-garbage.ts'
import { readSettings, type Settings } from './config.ts'
import { openServer, warnOfRisks } from './open-server.ts'
import { metricsPortProblem } from './port.ts'
import { run } from './run.ts'
import { untilSignal } from './stop-signal.ts'

const notReloaded =
  'not reloaded: one process alone cannot read its settings again. Start countersign serve with --workers 1 or more, or start it again'

export async function serveAlone(): Promise<void> {
  const settings = await readSettings({ logLevel: 'info' })
  const log = standardLog(settings.logLevel)
  process.on('SIGUSR2', () => log.warn({}, notReloaded))
  const server = await openServer(settings, { log, collectsMetrics: settings.metricsAt !== undefined })
  warnOfRisks(server)
  const metricsPort = await openMetricsPort(server, settings)
  const untilStop = untilSignal(server.context, (url) => {
    log.info({ url, issuer: server.context.config.issuer, ...(metricsPort && { metrics: metricsPort.url }) }, 'ready')
    collectGarbage()
  })
  try {
    await run(server, { host: settings.host, port: settings.port, untilStop })
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
    throw metricsPortProblem(error, host)
  })
}
