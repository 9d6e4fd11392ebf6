/** What the primary process knows of its workers. The functions of a crew change it. */
import type { Log } from '../../environment.ts'
import type { ListeningSocket } from '../../http/listening-socket.ts'
import type { Identity } from './identity.ts'
import type { Assignment, FromWorker } from './messages.ts'
import type { End, Ready, WorkerProcess } from './worker-process.ts'

export interface CrewSettings extends Pick<Assignment, 'host' | 'port' | 'collectsMetrics'> {
  readonly count: number
  readonly log: Log
  /** Each message that is not about the start. */
  readonly onMessage: (worker: WorkerProcess, message: FromWorker) => void
}

export interface CrewState {
  readonly settings: CrewSettings
  readonly slots: readonly Slot[]
  /** All processes that have not ended. */
  readonly alive: Set<WorkerProcess>
  /** How the first worker has ended before it served. */
  readonly failed: PromiseWithResolvers<End>
  /** What the server is; `undefined` until a worker serves. */
  running: Identity | undefined
  /** The message of the worker that was the last to begin to serve. */
  newest: Ready | undefined
  /** From now on nothing is started or replaced. */
  isStopping: boolean
  /** Whether all that served have ended by themselves, with exit code 0. */
  isClean: boolean
}

/** The place of one worker. */
export interface Slot {
  readonly number: number
  readonly firstReady: PromiseWithResolvers<void>
  /** The worker that serves here, or starts. A worker that was replaced is in no slot, nor is a replacement that does not serve yet. */
  current: WorkerProcess | undefined
  /** The socket of the current worker, while its replacement starts. Each worker that starts here meanwhile listens on it too. */
  socket: ListeningSocket | undefined
  deaths: number
  pause: NodeJS.Timeout | undefined
}

export function newCrewState(settings: CrewSettings): CrewState {
  return {
    settings,
    slots: Array.from({ length: settings.count }, (_, index) => newSlot(index + 1)),
    alive: new Set(),
    failed: Promise.withResolvers(),
    running: undefined,
    newest: undefined,
    isStopping: false,
    isClean: true,
  }
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

/** This process has only passed it on. */
export function dropSocket(slot: Slot): void {
  slot.socket?.close()
  slot.socket = undefined
}
