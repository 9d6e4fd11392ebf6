/**
 * `countersign serve --workers`: the process that starts the workers, replaces those that die, and passes on that they are to stop. It has no store, no
 * keys and no threads of its own, and no request passes through it.
 */
import { listenForMetrics, type MetricsPort } from '../../http/metrics-port.ts'
import { urlOf } from '../../http/url-of.ts'
import { standardLog } from '../../log/standard-log.ts'
import { collectGarbage } from '../collect-garbage.ts'
import type { ProcessSettings } from '../config.ts'
import { metricsPortProblem, portToShare } from '../port.ts'
import { stopSignal } from '../stop-signal.ts'
import { createCollector } from './collector.ts'
import { createCrew, endWorkersAtExit } from './crew.ts'

/** @throws CommandError when a port cannot be opened */
export async function serveWithWorkers(settings: ProcessSettings, count: number): Promise<void> {
  const { host } = settings
  const log = standardLog(settings.logLevel)
  const port = await portToShare(host, settings.port)
  const signal = stopSignal()
  endWorkersAtExit()
  const collector = createCollector(() => crew.serving())
  const crew = createCrew({ count, port, log, onMessage: collector.take })
  const metricsPort = await openMetricsPort(collector.read, settings)
  let shutdownDelay: number | undefined
  void crew.start().then((ready) => {
    shutdownDelay = ready.shutdownDelay
    const metrics = metricsPort && { metrics: metricsPort.url }
    log.info(
      {
        url: urlOf(host, port),
        issuer: ready.issuer,
        workers: crew.serving().map(({ process }) => process.pid),
        ...metrics,
      },
      'ready',
    )
    collectGarbage()
  })
  try {
    const end = await Promise.race([crew.failed, signal])
    if (typeof end === 'number') {
      process.exitCode = end
      return
    }
    log.info({ signal: end, shutdownDelay }, 'stopping')
    if (!(await crew.stop())) process.exitCode = 1
  } finally {
    await metricsPort?.close()
  }
  log.info({}, 'stopped')
}

/** @throws CommandError when the port cannot be opened */
async function openMetricsPort(
  read: Parameters<typeof listenForMetrics>[0],
  { metricsAt }: ProcessSettings,
): Promise<MetricsPort | undefined> {
  if (metricsAt === undefined) return undefined
  return await listenForMetrics(read, metricsAt.host, metricsAt.port).catch((error: Error) => {
    throw metricsPortProblem(error, metricsAt.host)
  })
}
