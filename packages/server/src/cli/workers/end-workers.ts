/** Ends workers: one that was replaced, or all. */
import { type CrewState, dropSocket } from './crew-state.ts'
import type { End, WorkerProcess } from './worker-process.ts'

export function endWorker(
  { settings }: CrewState,
  worker: WorkerProcess,
  message: Parameters<WorkerProcess['end']>[0],
): Promise<End> {
  return worker.end(message, () =>
    settings.log.error(
      { worker: worker.number, workerPid: worker.pid },
      'the worker has not ended in its time: it is killed',
    ),
  )
}

/** Drains all, and kills those that do not end. Whether all that served have ended by themselves, with exit code 0. */
export async function endWorkers(crew: CrewState): Promise<boolean> {
  crew.isStopping = true
  crew.isClean = true
  for (const slot of crew.slots) {
    clearTimeout(slot.pause)
    dropSocket(slot)
  }
  // They may have the socket of another one, which nobody accepts from when that one has ended.
  await Promise.all([...crew.alive].filter(isStarting).map((worker) => worker.abandon()))
  await Promise.all([...crew.alive].map((worker) => endWorker(crew, worker, { type: 'stop' })))
  return crew.isClean
}

function isStarting(worker: WorkerProcess): boolean {
  return worker.servedMs() === undefined
}
