/** One worker process, as the primary process sees it. */
import cluster, { type Worker } from 'node:cluster'
import { closeSync, openSync } from 'node:fs'
import { availableParallelism, devNull } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ListeningSocket } from '../../http/listen.ts'
import { withinTime } from '../../within-time.ts'
import { servingOptions } from '../young-generation.ts'
import { type Assignment, asHandle, type FromPrimary, type FromWorker, openMessage } from './messages.ts'

export type Ready = Extract<FromWorker, { type: 'ready' }>

/** How it has ended. `problem`: what it said, or why it was killed; `err`: the system did not start it. */
export type End =
  | { readonly exitCode: number | null; readonly problem?: string }
  | { readonly signal: NodeJS.Signals; readonly problem?: string }
  | { readonly err: unknown }

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
  readonly end: (message: Extract<FromPrimary, { type: 'stop' | 'leave' }>, onKill: () => void) => Promise<End>
  /** Ends it if it does not serve yet: it has nothing to finish. Resolves when it has heard so, or is killed. */
  readonly abandon: () => Promise<void>
  /** The socket that it listens on, for the worker that is to replace it; `undefined` when it has none, or does not respond. */
  readonly takeSocket: () => Promise<ListeningSocket | undefined>
  readonly kill: () => void
}

// The build has the worker beside this folder too, but tsc does not rewrite the name in a URL.
const script = new URL(import.meta.url.endsWith('.ts') ? '../worker.ts' : '../worker.js', import.meta.url)

/** Milliseconds that a worker may take to stop, after its `shutdownDelay`: longer than all its own limits together. */
const stopLimitMs = 35_000

/**
 * Seconds in which a worker must serve, when no more of them start than there are cores. The first of all may take longer: what it waits for is the
 * operator's to see.
 */
const startLimit = 60

/** Milliseconds that a worker which does not serve yet may take to stop: it does so at once, unless its event loop stands still. */
const abandonLimitMs = 1000

/** Milliseconds. A process that the worker has started could keep the connection open. */
const lastMessageMs = 1000

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
  const ready = Promise.withResolvers<Ready>()
  const ended = Promise.withResolvers<End>()
  let servesSince: number | undefined
  let shutdownDelay = 0
  let problem: string | undefined
  let hasLoaded = false
  let taking: PromiseWithResolvers<ListeningSocket | undefined> | undefined

  function hear(message: FromWorker, handle: ListeningSocket | undefined): void {
    if (message.type === 'loaded') {
      hasLoaded = true
      tell({ type: 'start', assignment }, socket())
    } else if (message.type === 'socket') {
      // Too late, nobody waits for it.
      if (taking === undefined) handle?.close()
      else taking.resolve(handle)
    } else if (message.type === 'ready') {
      servesSince = performance.now()
      shutdownDelay = message.shutdownDelay
      ready.resolve(message)
    } else if (message.type === 'failed') {
      problem = message.problem
    } else {
      onMessage(message)
    }
  }

  /** A worker that has just ended receives nothing: its exit follows. */
  function tell(message: FromPrimary, handle?: ListeningSocket): void {
    if (worker?.isConnected()) worker.send(message, asHandle(handle), () => {})
  }

  async function takeSocket(): Promise<ListeningSocket | undefined> {
    if (servesSince === undefined) return undefined
    const waiting = Promise.withResolvers<ListeningSocket | undefined>()
    taking = waiting
    tell({ type: 'give_socket' })
    const given = await withinTime(
      takeLimitMs,
      () => waiting.promise,
      () => undefined,
    )
    taking = undefined
    return given
  }

  async function limitStart(): Promise<void> {
    const limit = startLimit * Math.ceil(assignment.place.count / availableParallelism())
    await withinTime(
      limit * 1000,
      () => Promise.race([ready.promise, ended.promise]),
      () => {
        problem = `The worker does not serve after ${limit} seconds: it is killed`
        kill()
      },
    )
  }

  const worker = fork(
    (received, handle) => {
      const message = openMessage(received)
      if (message) hear(message, handle)
    },
    (end) => ended.resolve('err' in end || problem === undefined ? end : { ...end, problem }),
  )
  const kill = () => void worker?.process.kill('SIGKILL')
  if (assignment.running !== undefined) void limitStart()
  return {
    number: assignment.place.number,
    pid: worker?.process.pid,
    ready: ready.promise,
    ended: ended.promise,
    servedMs: () => (servesSince === undefined ? undefined : performance.now() - servesSince),
    tell: (message) => tell(message),
    takeSocket,
    abandon: async () => {
      tell({ type: 'stop' })
      // What it is told before it has loaded is lost.
      if (hasLoaded) {
        await withinTime(
          abandonLimitMs,
          () => Promise.race([ready.promise, ended.promise]),
          () => undefined,
        )
      }
      if (servesSince === undefined) kill()
    },
    end: async (message, onKill) => {
      tell(message)
      const deadline = setTimeout(
        () => {
          onKill()
          kill()
        },
        shutdownDelay * 1000 + stopLimitMs,
      )
      const end = await ended.promise
      clearTimeout(deadline)
      return end
    },
    kill,
  }
}

/** `undefined` when the system does not start it, of which `onEnd` hears. */
function fork(
  onMessage: (received: unknown, handle: ListeningSocket | undefined) => void,
  onEnd: (end: End) => void,
): Worker | undefined {
  cluster.setupPrimary({
    exec: fileURLToPath(script),
    execArgv: servingOptions(),
    args: [],
    // JSON has no NaN, which metrics may be.
    serialization: 'advanced',
  })
  try {
    requireDescriptors()
    const worker = cluster.fork()
    worker.on('error', (err) => {
      // No process or file descriptor is left, so there is no exit. Otherwise the exit says what happened.
      if (worker.process.pid === undefined) onEnd({ err })
    })
    worker.on('message', onMessage)
    worker.once('exit', (exitCode: number | null, signal: NodeJS.Signals | null) => {
      void untilDisconnected(worker).then(() => onEnd(signal === null ? { exitCode } : { signal }))
    })
    return worker
  } catch (err) {
    // No memory or no file descriptor is left.
    onEnd({ err })
    return undefined
  }
}

/**
 * Node needs six to start a process. When there are fewer, it leaves one open, and each try would make the lack worse.
 * @throws the system's error (`EMFILE`, `ENFILE`)
 */
function requireDescriptors(): void {
  const open: number[] = []
  try {
    while (open.length < 8) open.push(openSync(devNull, 'r'))
  } finally {
    for (const descriptor of open) closeSync(descriptor)
  }
}

/** A message that it has sent before it ended may arrive after its exit. */
async function untilDisconnected(worker: Worker): Promise<void> {
  if (!worker.isConnected()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  worker.once('disconnect', () => resolve())
  await withinTime(
    lastMessageMs,
    () => promise,
    () => undefined,
  )
}

/** When the primary process ends, for whatever reason that it notices, no worker stays. */
export function endWorkersAtExit(): void {
  process.on('exit', () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
  })
}
