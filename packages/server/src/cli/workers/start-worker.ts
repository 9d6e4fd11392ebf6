/** Starts a worker at its place, and another one when it has died. */
import { CommandError } from '../command-error.ts'
import type { CrewState, Slot } from './crew-state.ts'
import type { Assignment } from './messages.ts'
import { countDeaths, pauseAfter } from './restarts.ts'
import { type End, launchWorker, type WorkerProcess } from './worker-process.ts'

/** Starts the worker of a slot that has none. */
export function startWorker(crew: CrewState, slot: Slot): void {
  // The first worker may begin to serve after it was told to stop.
  if (crew.isStopping) return
  slot.current = launch(crew, slot)
  void slot.current.ready.then(() => {
    if (slot.deaths > 0 && !crew.isStopping) crew.settings.log.info({ worker: slot.number }, 'the worker serves again')
  })
}

/** Starts a process for the slot, whose worker it is not yet. */
export function launch(crew: CrewState, slot: Slot): WorkerProcess {
  const { count, host, port, collectsMetrics, onMessage } = crew.settings
  const place = { number: slot.number, count }
  const assignment: Assignment = { host, port, collectsMetrics, place, running: crew.running }
  const worker = launchWorker(
    assignment,
    () => slot.socket,
    (message) => onMessage(worker, message),
  )
  crew.alive.add(worker)
  void worker.ready.then((ready) => {
    crew.newest = ready
    crew.running ??= ready.identity
    slot.firstReady.resolve()
  })
  void worker.ended.then((end) => noteEnd(crew, slot, worker, end))
  return worker
}

function noteEnd(crew: CrewState, slot: Slot, worker: WorkerProcess, end: End): void {
  crew.alive.delete(worker)
  const servedMs = worker.servedMs()
  // A worker that has not served yet has cut off no request.
  if (servedMs !== undefined && !('exitCode' in end && end.exitCode === 0)) crew.isClean = false
  if (slot.current !== worker) return
  slot.current = undefined
  if (crew.isStopping) return
  if (crew.running === undefined) fail(crew, end)
  else restart(crew, slot, worker, end)
}

/** Nothing serves yet, so the server does not start. */
function fail({ failed }: CrewState, end: End): void {
  if ('err' in end) failed.reject(new CommandError(`A worker cannot be started: ${String(end.err)}`))
  else failed.resolve(end)
}

function restart(crew: CrewState, slot: Slot, worker: WorkerProcess, end: End): void {
  slot.deaths = countDeaths(slot.deaths, worker.servedMs() ?? 0)
  const pauseMs = pauseAfter(slot.deaths)
  crew.settings.log.error(
    { worker: slot.number, workerPid: worker.pid, ...end, pauseMs },
    'err' in end ? 'a worker cannot be started' : 'a worker has ended: another one takes its place',
  )
  slot.pause = setTimeout(() => startWorker(crew, slot), pauseMs)
}
