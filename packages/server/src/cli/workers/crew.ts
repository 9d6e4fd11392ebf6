/** The workers of the primary process: starts them, replaces one that has died, replaces all for a reload, and stops them. */
import { type CrewSettings, type CrewState, newCrewState } from './crew-state.ts'
import { endWorkers } from './end-workers.ts'
import { type Replacement, replaceWorkers } from './replace-worker.ts'
import { startWorker } from './start-worker.ts'
import type { End, Ready, WorkerProcess } from './worker-process.ts'

export interface Crew {
  /**
   * Starts the first worker alone, since it finds what is wrong with the settings and the database, and then the others. Resolves when all serve
   * for the first time.
   */
  readonly start: () => Promise<void>
  /** Resolves when the first worker ends before it serves, with how it ended. Rejects with a CommandError when the system cannot start it. */
  readonly failed: Promise<End>
  /** The workers that serve now. A replaced one that finishes its requests is not among them. */
  readonly serving: () => readonly WorkerProcess[]
  /** The message of the worker that was the last to begin to serve. */
  readonly newest: () => Ready | undefined
  /**
   * Replaces the workers one after another by workers that read the settings again. Each leaves when its replacement serves. Stops at the first
   * replacement that does not serve.
   */
  readonly replaceAll: () => Promise<Replacement>
  /** From now on nothing is started or replaced. */
  readonly isStopping: () => boolean
  /** Drains all, and kills those that do not end. Whether all that served have ended by themselves, with exit code 0. */
  readonly stop: () => Promise<boolean>
}

export function createCrew(settings: CrewSettings): Crew {
  const crew = newCrewState(settings)
  return {
    start: () => startWorkers(crew),
    failed: crew.failed.promise,
    serving: () => crew.slots.flatMap(({ current }) => (current?.servedMs() === undefined ? [] : [current])),
    newest: () => crew.newest,
    replaceAll: () => replaceWorkers(crew),
    isStopping: () => crew.isStopping,
    stop: () => endWorkers(crew),
  }
}

async function startWorkers(crew: CrewState): Promise<void> {
  const [first, ...others] = crew.slots
  if (first === undefined) throw new RangeError('there is no worker to start')
  startWorker(crew, first)
  await first.firstReady.promise
  for (const slot of others) startWorker(crew, slot)
  await Promise.all(others.map(({ firstReady }) => firstReady.promise))
}
