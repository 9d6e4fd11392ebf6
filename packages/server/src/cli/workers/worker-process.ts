/** One worker process, as the primary process sees it. */
import type { Worker } from 'node:cluster'
import { availableParallelism } from 'node:os'
import type { ListeningSocket } from '../../http/listening-socket.ts'
import { withinTime } from '../../within-time.ts'
import { fork, type ProcessEnd } from './fork.ts'
import { type Assignment, asHandle, type FromPrimary, type FromWorker, openMessage } from './messages.ts'

export type Ready = Extract<FromWorker, { type: 'ready' }>

/** How it has ended. `problem`: what it said, or why it was killed. */
export type End = ProcessEnd & { readonly problem?: string }

type EndMessage = Extract<FromPrimary, { type: 'stop' | 'leave' }>

export interface WorkerProcess {
  /** Its place among the workers, from 1. While one replaces another, both have the same. */
  readonly number: number
  readonly pid: number | undefined
  /** Never resolves when it ends before it serves. */
  readonly ready: Promise<Ready>
  readonly ended: Promise<End>
  /** Milliseconds since it has begun to serve; `undefined` while it does not. */
  readonly servedMs: () => number | undefined
  readonly tell: (message: FromPrimary) => void
  /** Tells it to stop or to leave, and kills it when it takes longer than its own limits. Calls `onKill` before that. */
  readonly end: (message: EndMessage, onKill: () => void) => Promise<End>
  /** Ends it if it does not serve yet: it has nothing to finish. Resolves when it has heard so, or is killed. */
  readonly abandon: () => Promise<void>
  /** The socket that it listens on, for the worker that is to replace it; `undefined` when it has none, or does not respond. */
  readonly takeSocket: () => Promise<ListeningSocket | undefined>
  readonly kill: () => void
}

/**
 * Milliseconds that a worker may take after its `shutdownDelay`: longer than all its own limits together. At a stop these are 10 seconds for requests, 3 for
 * each of the six parts of the server, and 3.5 for what is still open then. A worker that leaves has 20 seconds for requests.
 */
export const endLimitsMs = { stop: 35_000, leave: 45_000 } as const

/**
 * Seconds in which a worker must serve, when no more of them start than there are cores. The first of all may take longer: what it waits for is the
 * operator's to see.
 */
const startLimit = 60

/** Milliseconds that a worker which does not serve yet may take to stop: it does so at once, unless its event loop stands still. */
const abandonLimitMs = 1000

/** Milliseconds that a worker has to pass on its socket. */
const takeLimitMs = 1000

/**
 * Starts a worker. It listens on the socket that `socket` returns once the worker has loaded, or on a socket of its own. `onMessage` gets the messages
 * that are handled elsewhere.
 */
export function launchWorker(
  assignment: Assignment,
  socket: () => ListeningSocket | undefined,
  onMessage: (message: FromWorker) => void,
): WorkerProcess {
  const state: WorkerState = {
    assignment,
    ready: Promise.withResolvers(),
    ended: Promise.withResolvers(),
    child: undefined,
    servesSince: undefined,
    shutdownDelay: 0,
    problem: undefined,
    hasLoaded: false,
    taking: undefined,
  }
  state.child = fork(
    (received, handle) => {
      const message = openMessage(received)
      if (message && !hear(state, message, handle, socket)) onMessage(message)
    },
    (end) =>
      state.ended.resolve('err' in end || state.problem === undefined ? end : { ...end, problem: state.problem }),
  )
  if (assignment.running !== undefined) void limitStart(state)
  return {
    number: assignment.place.number,
    pid: state.child?.process.pid,
    ready: state.ready.promise,
    ended: state.ended.promise,
    servedMs: () => (state.servesSince === undefined ? undefined : performance.now() - state.servesSince),
    tell: (message) => tell(state, message),
    takeSocket: () => takeSocket(state),
    abandon: () => abandon(state),
    end: (message, onKill) => end(state, message, onKill),
    kill: () => kill(state),
  }
}

/** What the primary process knows of one worker. */
interface WorkerState {
  readonly assignment: Assignment
  readonly ready: PromiseWithResolvers<Ready>
  readonly ended: PromiseWithResolvers<End>
  /** `undefined` when the system did not start it. */
  child: Worker | undefined
  /** Milliseconds, by the clock that never steps. */
  servesSince: number | undefined
  shutdownDelay: number
  problem: string | undefined
  hasLoaded: boolean
  /** Waits for its socket. */
  taking: PromiseWithResolvers<ListeningSocket | undefined> | undefined
}

/** Returns whether the message is handled here. */
function hear(
  state: WorkerState,
  message: FromWorker,
  handle: ListeningSocket | undefined,
  socket: () => ListeningSocket | undefined,
): boolean {
  if (message.type === 'loaded') {
    state.hasLoaded = true
    tell(state, { type: 'start', assignment: state.assignment }, socket())
  } else if (message.type === 'socket') {
    // Too late, nobody waits for it.
    if (state.taking === undefined) handle?.close()
    else state.taking.resolve(handle)
  } else if (message.type === 'ready') {
    state.servesSince = performance.now()
    state.shutdownDelay = message.shutdownDelay
    state.ready.resolve(message)
  } else if (message.type === 'failed') {
    state.problem = message.problem
  } else {
    return false
  }
  return true
}

/** A worker that has just ended receives nothing: its exit follows. */
function tell({ child }: WorkerState, message: FromPrimary, handle?: ListeningSocket): void {
  if (child?.isConnected()) child.send(message, asHandle(handle), () => {})
}

async function takeSocket(state: WorkerState): Promise<ListeningSocket | undefined> {
  if (state.servesSince === undefined) return undefined
  const waiting = Promise.withResolvers<ListeningSocket | undefined>()
  state.taking = waiting
  tell(state, { type: 'give_socket' })
  const given = await withinTime(
    takeLimitMs,
    () => waiting.promise,
    () => undefined,
  )
  state.taking = undefined
  return given
}

async function limitStart(state: WorkerState): Promise<void> {
  const limit = startLimit * Math.ceil(state.assignment.place.count / availableParallelism())
  await withinTime(
    limit * 1000,
    () => servesOrEnds(state),
    () => {
      state.problem = `The worker does not serve after ${limit} seconds: it is killed`
      kill(state)
    },
  )
}

async function abandon(state: WorkerState): Promise<void> {
  tell(state, { type: 'stop' })
  // What it is told before it has loaded is lost.
  if (state.hasLoaded) {
    await withinTime(
      abandonLimitMs,
      () => servesOrEnds(state),
      () => undefined,
    )
  }
  if (state.servesSince === undefined) kill(state)
}

async function end(state: WorkerState, message: EndMessage, onKill: () => void): Promise<End> {
  tell(state, message)
  const deadline = setTimeout(
    () => {
      onKill()
      kill(state)
    },
    state.shutdownDelay * 1000 + endLimitsMs[message.type],
  )
  const ended = await state.ended.promise
  clearTimeout(deadline)
  return ended
}

async function servesOrEnds({ ready, ended }: WorkerState): Promise<void> {
  await Promise.race([ready.promise, ended.promise])
}

function kill({ child }: WorkerState): void {
  child?.process.kill('SIGKILL')
}
