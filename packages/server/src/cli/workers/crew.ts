/** The workers of the primary process: starts them, replaces one that has died, replaces all for a reload, and stops them. */
import type { Log } from '../../environment.ts'
import type { ListeningSocket } from '../../http/listen.ts'
import { CommandError } from '../command-error.ts'
import type { Identity } from './identity.ts'
import type { Assignment, FromWorker } from './messages.ts'
import { countDeaths, pauseAfter } from './restarts.ts'
import { type End, launchWorker, type Ready, type WorkerProcess } from './worker-process.ts'

export interface CrewSettings extends Pick<Assignment, 'host' | 'port' | 'collectsMetrics'> {
  readonly count: number
  readonly log: Log
  /** Each message that is not about the start. */
  readonly onMessage: (worker: WorkerProcess, message: FromWorker) => void
}

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

export interface Replacement {
  /** How many have been replaced. */
  readonly replaced: number
  /** Why the next one was not replaced; `undefined` when all were, or when the server stops. */
  readonly failure: { readonly worker: number; readonly end: End } | undefined
}

/** The place of one worker. */
interface Slot {
  readonly number: number
  readonly firstReady: PromiseWithResolvers<void>
  /** The worker that serves here, or starts. A worker that was replaced is in no slot, nor is a replacement that does not serve yet. */
  current: WorkerProcess | undefined
  /** The socket of the current worker, while its replacement starts. Each worker that starts here meanwhile listens on it too. */
  socket: ListeningSocket | undefined
  deaths: number
  pause: NodeJS.Timeout | undefined
}

export function createCrew({ count, log, onMessage, ...shared }: CrewSettings): Crew {
  const slots = Array.from({ length: count }, (_, index) => newSlot(index + 1))
  const alive = new Set<WorkerProcess>()
  const failed = Promise.withResolvers<End>()
  let running: Identity | undefined
  let newest: Ready | undefined
  let isStopping = false
  let isClean = true

  function launch(slot: Slot): WorkerProcess {
    const assignment: Assignment = { ...shared, place: { number: slot.number, count }, running }
    const worker = launchWorker(
      assignment,
      () => slot.socket,
      (message) => onMessage(worker, message),
    )
    alive.add(worker)
    void worker.ready.then((ready) => {
      newest = ready
      running ??= ready.identity
      slot.firstReady.resolve()
    })
    void worker.ended.then((end) => noteEnd(slot, worker, end))
    return worker
  }

  function begin(slot: Slot): void {
    // The first worker may begin to serve after it was told to stop.
    if (isStopping) return
    slot.current = launch(slot)
    void slot.current.ready.then(() => {
      if (slot.deaths > 0 && !isStopping) log.info({ worker: slot.number }, 'the worker serves again')
    })
  }

  function noteEnd(slot: Slot, worker: WorkerProcess, end: End): void {
    alive.delete(worker)
    const servedMs = worker.servedMs()
    // A worker that has not served yet has cut off no request.
    if (servedMs !== undefined && !('exitCode' in end && end.exitCode === 0)) isClean = false
    if (slot.current !== worker) return
    slot.current = undefined
    if (isStopping) return
    if (running === undefined) {
      if ('err' in end) failed.reject(new CommandError(`A worker cannot be started: ${String(end.err)}`))
      else failed.resolve(end)
      return
    }
    slot.deaths = countDeaths(slot.deaths, servedMs ?? 0)
    const pauseMs = pauseAfter(slot.deaths)
    log.error(
      { worker: slot.number, workerPid: worker.pid, ...end, pauseMs },
      'err' in end ? 'a worker cannot be started' : 'a worker has ended: another one takes its place',
    )
    slot.pause = setTimeout(() => begin(slot), pauseMs)
  }

  function end(worker: WorkerProcess, message: Parameters<WorkerProcess['end']>[0]): Promise<End> {
    return worker.end(message, () =>
      log.error({ worker: worker.number, workerPid: worker.pid }, 'the worker has not ended in its time: it is killed'),
    )
  }

  /** Returns how the replacement ended; `undefined` when it serves, or when all stop. */
  async function replace(slot: Slot): Promise<End | undefined> {
    if (isStopping) return undefined
    const socket = await slot.current?.takeSocket()
    if (isStopping) {
      socket?.close()
      return undefined
    }
    slot.socket = socket
    const worker = launch(slot)
    const outcome = await Promise.race([worker.ready.then(() => undefined), worker.ended])
    dropSocket(slot)
    if (isStopping) return undefined
    if (outcome !== undefined) return outcome
    const former = slot.current
    clearTimeout(slot.pause)
    slot.current = worker
    slot.deaths = 0
    // A worker that does not serve yet has no request to finish, and may have read the former settings.
    if (former?.servedMs() === undefined) former?.kill()
    else await end(former, { type: 'leave', isHandedOver: socket !== undefined })
    return undefined
  }

  /** This process has only passed it on. */
  function dropSocket(slot: Slot): void {
    slot.socket?.close()
    slot.socket = undefined
  }

  const [first, ...others] = slots
  return {
    start: async () => {
      if (first === undefined) throw new RangeError('there is no worker to start')
      begin(first)
      await first.firstReady.promise
      for (const slot of others) begin(slot)
      await Promise.all(others.map(({ firstReady }) => firstReady.promise))
    },
    failed: failed.promise,
    serving: () => slots.flatMap(({ current }) => (current?.servedMs() === undefined ? [] : [current])),
    newest: () => newest,
    replaceAll: async () => {
      let replaced = 0
      for (const slot of slots) {
        const failure = await replace(slot)
        if (failure !== undefined) return { replaced, failure: { worker: slot.number, end: failure } }
        if (isStopping) break
        replaced++
      }
      return { replaced, failure: undefined }
    },
    isStopping: () => isStopping,
    stop: async () => {
      isStopping = true
      isClean = true
      for (const slot of slots) {
        clearTimeout(slot.pause)
        dropSocket(slot)
      }
      // They may have the socket of another one, which nobody accepts from when that one has ended.
      await Promise.all([...alive].filter(isStarting).map((worker) => worker.abandon()))
      await Promise.all([...alive].map((worker) => end(worker, { type: 'stop' })))
      return isClean
    },
  }
}

function isStarting(worker: WorkerProcess): boolean {
  return worker.servedMs() === undefined
}

function newSlot(number: number): Slot {
  return {
    number,
    firstReady: Promise.withResolvers(),
    current: undefined,
    socket: undefined,
    deaths: 0,
    pause: undefined,
  }
}
