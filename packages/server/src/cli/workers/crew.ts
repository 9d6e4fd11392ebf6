/** The workers of one primary process: started, replaced when they die, and stopped. It knows of them only what they tell. */
import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import type { Log } from '../../environment.ts'
import { CommandError } from '../command-error.ts'
import type { FromPrimary, FromWorker } from './messages.ts'
import { countDeaths, pauseAfter } from './restarts.ts'

export type Ready = Extract<FromWorker, { type: 'ready' }>

export interface CrewSettings {
  readonly count: number
  readonly port: number
  readonly log: Log
  /** Each message but `ready`. */
  readonly onMessage: (worker: Worker, message: FromWorker) => void
}

export interface Crew {
  /**
   * Starts the first worker alone, since it finds what is wrong with the settings and the database, and then the others. Resolves when all serve
   * for the first time.
   */
  readonly start: () => Promise<Ready>
  /**
   * Resolves with the exit code of the first worker, when that ends before it serves. Its message is on standard error. Rejects with a CommandError
   * when the system does not start it.
   */
  readonly failed: Promise<number>
  /** Those that serve now. */
  readonly serving: () => readonly Worker[]
  /** Drains all, and kills those that do not end. Whether all that served have ended by themselves, with exit code 0. */
  readonly stop: () => Promise<boolean>
}

interface Member {
  readonly number: number
  readonly firstReady: PromiseWithResolvers<Ready>
  worker: Worker | undefined
  /** `performance.now()`; `undefined` while it does not serve. */
  servesSince: number | undefined
  deaths: number
  pause: NodeJS.Timeout | undefined
}

/** How a worker has ended; `err`: the system did not start it. */
type End = { readonly exitCode: number | null } | { readonly signal: NodeJS.Signals } | { readonly err: unknown }

// The build has the worker beside this folder too, but tsc does not rewrite the name in a URL.
const script = new URL(import.meta.url.endsWith('.ts') ? '../worker.ts' : '../worker.js', import.meta.url)

/** Milliseconds that a worker may take to stop, after its `shutdownDelay`: longer than all its own limits together. */
const stopLimitMs = 35_000

export function createCrew({ count, port, log, onMessage }: CrewSettings): Crew {
  const members = Array.from({ length: count }, (_, index) => newMember(index + 1))
  const failed = Promise.withResolvers<number>()
  const ended = Promise.withResolvers<void>()
  let haveServed = false
  let shutdownDelay = 0
  let isStopping = false
  let isClean = true

  function begin(member: Member): void {
    cluster.setupPrimary({
      exec: fileURLToPath(script),
      args: [String(member.number), String(count), String(port)],
      // JSON has no NaN, which metrics may be.
      serialization: 'advanced',
    })
    try {
      watch(member, cluster.fork())
    } catch (err) {
      // No memory is left.
      noteEnd(member, { err })
    }
  }

  function watch(member: Member, worker: Worker): void {
    member.worker = worker
    worker.on('error', (err) => {
      // No process or file descriptor is left, so there is no exit. Otherwise the exit says what happened.
      if (worker.process.pid === undefined) noteEnd(member, { err })
    })
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') noteReady(member, message)
      else onMessage(worker, message)
    })
    worker.once('exit', (exitCode: number | null, signal: NodeJS.Signals | null) =>
      noteEnd(member, signal === null ? { exitCode } : { signal }),
    )
  }

  function noteReady(member: Member, ready: Ready): void {
    // It stops now.
    if (isStopping) return
    member.servesSince = performance.now()
    haveServed = true
    shutdownDelay = ready.shutdownDelay
    if (member.deaths > 0) log.info({ worker: member.number }, 'the worker serves again')
    member.firstReady.resolve(ready)
  }

  function noteEnd(member: Member, end: End): void {
    const { servesSince } = member
    const servedMs = servesSince === undefined ? 0 : performance.now() - servesSince
    const workerPid = member.worker?.process.pid
    member.worker = undefined
    member.servesSince = undefined
    const exitCode = 'exitCode' in end ? end.exitCode : null
    // One that did not serve yet has cut nothing off.
    if (exitCode !== 0 && servesSince !== undefined) isClean = false
    if (isStopping) {
      settle()
      return
    }
    if (!haveServed) {
      if ('err' in end) failed.reject(new CommandError(`A worker cannot be started: ${String(end.err)}`))
      else failed.resolve(exitCode || 1)
      return
    }
    member.deaths = countDeaths(member.deaths, servedMs)
    const pauseMs = pauseAfter(member.deaths)
    log.error(
      { worker: member.number, workerPid, ...end, pauseMs },
      'err' in end ? 'a worker cannot be started' : 'a worker has ended: another one takes its place',
    )
    member.pause = setTimeout(() => begin(member), pauseMs)
  }

  function settle(): void {
    if (members.every(({ worker }) => worker === undefined)) ended.resolve()
  }

  const [first, ...others] = members
  return {
    start: async () => {
      if (first === undefined) throw new RangeError('there is no worker to start')
      begin(first)
      const ready = await first.firstReady.promise
      for (const member of others) begin(member)
      await Promise.all(others.map(({ firstReady }) => firstReady.promise))
      return ready
    },
    failed: failed.promise,
    serving: () => members.flatMap(({ worker, servesSince }) => (worker && servesSince !== undefined ? [worker] : [])),
    stop: async () => {
      isStopping = true
      isClean = true
      for (const { pause, worker } of members) {
        clearTimeout(pause)
        if (worker) tell(worker, { type: 'stop' })
      }
      settle()
      const deadline = setTimeout(
        () => {
          for (const { number, worker } of members) {
            if (worker === undefined) continue
            log.error({ worker: number }, 'the worker has not ended in its time: it is killed')
            worker.process.kill('SIGKILL')
          }
        },
        shutdownDelay * 1000 + stopLimitMs,
      )
      await ended.promise
      clearTimeout(deadline)
      return isClean
    },
  }
}

/** A worker that has just ended hears nothing: its exit follows. */
export function tell(worker: Worker, message: FromPrimary): void {
  if (worker.isConnected()) worker.send(message, () => {})
}

/** When the primary process ends, for whatever reason that it notices, no worker stays. */
export function endWorkersAtExit(): void {
  process.on('exit', () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
  })
}

function newMember(number: number): Member {
  return {
    number,
    firstReady: Promise.withResolvers(),
    worker: undefined,
    servesSince: undefined,
    deaths: 0,
    pause: undefined,
  }
}
