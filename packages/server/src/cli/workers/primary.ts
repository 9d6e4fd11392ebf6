/**
 * `countersign serve --workers`: the process that starts the workers, replaces them and stops them. It has no store, no keys and no threads of its
 * own, and no request passes through it.
 */
import cluster from 'node:cluster'
import { listenForMetrics, type MetricsPort } from '../../http/metrics-port.ts'
import { urlOf } from '../../http/url-of.ts'
import { standardLog } from '../../log/standard-log.ts'
import { collectGarbage } from '../collect-garbage.ts'
import { CommandError } from '../command-error.ts'
import type { ProcessSettings } from '../config.ts'
import { exitInTime } from '../exit-in-time.ts'
import { metricsPortProblem, portToShare } from '../port.ts'
import { stopSignal } from '../stop-signal.ts'
import { printError } from '../terminal/print.ts'
import { createCollector } from './collector.ts'
import { createCrew } from './crew.ts'
import { endWorkersAtExit } from './fork.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { CurrentSettings, OwnSettings } from './own-settings.ts'
import { createReload } from './reload.ts'
import type { End } from './worker-process.ts'

/** `readOwn` reads the settings again, for a reload. @throws CommandError when a port cannot be opened, or in a worker of another program */
export async function serveWithWorkers(own: OwnSettings, readOwn: () => CurrentSettings): Promise<void> {
  if (cluster.isWorker) {
    throw new CommandError(
      'A worker of another program, such as of pm2 in cluster mode, cannot start workers: let it start one process (fork mode), or serve without --workers and WORKERS',
    )
  }
  const { host, count } = own
  const log = standardLog(own.logLevel)
  const port = await portToShare(host, own.port)
  const signal = stopSignal()
  endWorkersAtExit()
  const collector = createCollector(() => crew.serving())
  const crew = createCrew({
    count,
    host,
    port,
    collectsMetrics: own.metricsAt !== undefined,
    log,
    onMessage: (worker, message) => {
      if (message.type === 'pong') heartbeat.note(worker)
      else collector.take(worker, message)
    },
  })
  const metricsPort = await openMetricsPort(collector.read, own)
  const heartbeat = startHeartbeat(crew.serving, log)
  const started = crew.start().then(() => {
    const metrics = metricsPort && { metrics: metricsPort.url }
    const workers = crew.serving().map(({ pid }) => pid)
    log.info({ url: urlOf(host, port), issuer: crew.newest()?.identity.issuer, workers, ...metrics }, 'ready')
    collectGarbage()
  })
  process.on('SIGUSR2', createReload({ crew, log, own, readOwn, started }))
  try {
    const cause = await Promise.race([crew.failed, signal])
    if (typeof cause === 'object') return fail(cause)
    log.info({ signal: cause, shutdownDelay: crew.newest()?.shutdownDelay }, 'stopping')
    if (!(await crew.stop())) process.exitCode = 1
  } finally {
    heartbeat.end()
    await metricsPort?.close()
    exitInTime(log)
  }
  log.info({}, 'stopped')
}

/** As the first worker has failed. Without a `problem`, its message is on standard error, unless it could not write one. */
function fail(end: End): void {
  const exitCode = 'exitCode' in end ? end.exitCode : null
  if ('problem' in end && end.problem !== undefined) printError(end.problem)
  else if ('signal' in end) printError(`The first worker has ended before it served: ${end.signal}`)
  else if (exitCode === 0) printError('The first worker has ended before it served, with exit code 0')
  process.exitCode = exitCode || 1
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
