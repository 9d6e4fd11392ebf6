/** Serves beside other workers at the same port. */
import type { Listening } from '../../http/listen.ts'
import { standardLog } from '../../log/standard-log.ts'
import type { Server } from '../../server.ts'
import { inMemoryUrl } from '../../store/sqlite-memory.ts'
import { collectGarbage } from '../collect-garbage.ts'
import { CommandError } from '../command-error.ts'
import { readSettings, type Settings } from '../config.ts'
import { openServer, warnOfRisks } from '../open-server.ts'
import { run } from '../run.ts'
import { identityOf, requireSame } from './identity.ts'
import { warnOfLimits } from './limits.ts'
import { type Place, shareOf } from './share.ts'
import type { ToPrimary } from './to-primary.ts'

/** @throws CommandError, StoreError, SealedKeysError with a message for the operator */
export async function serveAsWorker(primary: ToPrimary): Promise<void> {
  let isServing = false
  // It does not serve yet, and what it waits for may never come, such as a database. A signal also ends a process without workers at once then.
  void primary.untilStop.then(() => {
    if (!isServing) process.kill(process.pid, 'SIGKILL')
  })
  const { place, host, port, collectsMetrics, running, socket } = await primary.assignment
  // The primary process has a limit for all but the first worker.
  const reading = { logLevel: 'info', ...(running && { importLimit: Number.POSITIVE_INFINITY }) }
  const read = await primary.waitAlone(() => readSettings(reading))
  const settings: Settings = { ...read, host, port, options: shareOf(read.options, place) }
  if (settings.databaseUrl === inMemoryUrl) {
    throw new CommandError(
      `${settings.nameOf('databaseUrl')} is a database in the memory of one process: name a file or PostgreSQL, or serve without workers`,
    )
  }
  const { number } = place
  const server = await openServer(settings, {
    log: standardLog(settings.logLevel, { facts: { worker: number } }),
    collectsMetrics,
    worker: { number, readAll: primary.readAll },
    approve: (config) => {
      if (running) requireSame(running, identityOf(config), settings.nameOf)
    },
  })
  if (number === 1) await warnOnce(server, place)
  const { config, log, metrics, readiness } = server.context
  // The first check opens a connection to PostgreSQL: on a busy machine, the answer to a load balancer would come too late.
  await readiness.check()
  if (metrics) primary.share(metrics)
  const untilStop = async (_url: string, ownSocket: Listening['socket']) => {
    primary.shareSocket(ownSocket)
    isServing = true
    primary.send({ type: 'ready', identity: identityOf(config), shutdownDelay: config.shutdownDelay })
    collectGarbage()
    const cause = await primary.untilStop
    if (cause === 'primary_ended') log.error({}, 'the primary process has ended: this worker stops')
    return cause === 'primary_ended' ? 'stopped' : cause
  }
  await run(server, { host, port, sharesPort: true, socket, untilStop })
}

/** Only one worker logs what all would log. */
async function warnOnce(server: Server, place: Place): Promise<void> {
  warnOfRisks(server)
  await warnOfLimits(server.context, place.count)
}
