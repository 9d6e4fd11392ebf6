/** SIGUSR2: the workers are replaced by others that read the settings again. */
import type { Log } from '../../environment.ts'
import { CommandError } from '../command-error.ts'
import type { Crew } from './crew.ts'
import { type CurrentSettings, changedVariables, type OwnSettings } from './own-settings.ts'
import type { Replacement } from './replace-worker.ts'

export interface ReloadSettings {
  readonly crew: Crew
  readonly log: Log
  readonly own: OwnSettings
  /** @throws CommandError */
  readonly readOwn: () => CurrentSettings
  /** Resolves when all workers serve for the first time. */
  readonly started: Promise<void>
}

/** Returns the function that reloads. A call during a reload starts one more afterwards: the running one may have read the files before the call. */
export function createReload({ crew, log, own, readOwn, started }: ReloadSettings): () => void {
  let isRunning = false
  let isWanted = false

  async function reload(): Promise<void> {
    log.info({}, 'reloading')
    try {
      const changed = changedVariables(own, readOwn())
      if (changed.length > 0) {
        log.warn({ settings: changed }, 'these settings are of the primary process: a restart changes them')
      }
      report(await crew.replaceAll())
    } catch (error) {
      log.error(error instanceof CommandError ? { problem: error.message } : { err: error }, notReloaded)
    }
  }

  function report({ replaced, failure }: Replacement): void {
    if (failure === undefined) {
      if (replaced === own.count) log.info({ workers: crew.serving().map(({ pid }) => pid) }, 'reloaded')
      return
    }
    const facts = { worker: failure.worker, ...failure.end }
    if (replaced === 0) log.error(facts, notReloaded)
    else log.error({ ...facts, replaced, workers: own.count }, reloadedInPart)
  }

  async function reloadWhileWanted(): Promise<void> {
    await started
    while (isWanted && !crew.isStopping()) {
      isWanted = false
      await reload()
    }
  }

  return () => {
    isWanted = true
    if (isRunning) return
    isRunning = true
    void reloadWhileWanted().finally(() => {
      isRunning = false
    })
  }
}

const notReloaded = 'not reloaded: the workers go on with the settings that they have'
const reloadedInPart =
  'reloaded in part: the first workers have the new settings, the others those from before. Send SIGUSR2 again when the cause is away'
