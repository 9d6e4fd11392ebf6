/** A worker's end of the channel to the primary process. */
import cluster from 'node:cluster'
import type { Listening } from '../../http/listen.ts'
import type { ListeningSocket } from '../../http/listening-socket.ts'
import { mergeMetrics } from '../../metrics/merge.ts'
import type { Metrics, MetricsText } from '../../metrics/metrics.ts'
import { withinTime } from '../../within-time.ts'
import type { Ending } from '../run.ts'
import { printError } from '../terminal/print.ts'
import { type Assignment, asHandle, type FromPrimary, type FromWorker, sealMessage } from './messages.ts'

/** Milliseconds that the primary process has to collect from all workers. */
const readLimitMs = 2000

/** Why a worker stops: the primary process has told it to, or has ended. */
export type StopCause = Ending | 'primary_ended'

export interface ToPrimary {
  readonly assignment: Promise<Given>
  /** Waits for `work` as one process alone would: when nothing is left that could end it, the process ends. */
  readonly waitAlone: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** From now on the socket is given to the worker that is to replace this one. */
  readonly shareSocket: (socket: Listening['socket']) => void
  readonly send: (message: FromWorker) => void
  /** Says why this worker cannot serve: to the primary process, or on standard error when that has ended. */
  readonly fail: (problem: string) => Promise<void>
  readonly untilStop: Promise<StopCause>
  /** The metrics of all workers; without the primary process those of this one. */
  readonly readAll: () => Promise<MetricsText>
  /** From now on they are sent when the primary process asks. */
  readonly share: (metrics: Metrics) => void
  /** Closes the channel, which keeps this process from ending. */
  readonly close: () => void
}

export interface Given extends Assignment {
  readonly socket: ListeningSocket | undefined
}

export function connectToPrimary(): ToPrimary {
  const { worker } = cluster
  if (worker === undefined) throw new Error('a worker is started by countersign serve --workers')
  const start = Promise.withResolvers<Given>()
  const stop = Promise.withResolvers<StopCause>()
  const waiting = new Map<number, (all: MetricsText) => void>()
  let shared: Metrics | undefined
  let sharedSocket: Listening['socket'] = () => undefined
  let lastId = 0
  let isClosed = false

  const send = (message: FromWorker) => {
    if (worker.isConnected()) worker.send(sealMessage(message), () => {})
  }

  /** Never rejects. Without an answer, the primary process leaves this worker out. */
  async function count(id: number): Promise<void> {
    const part = await shared?.readOwn().catch(() => undefined)
    if (part) send({ type: 'counted', id, part })
  }

  worker.on('message', (message: FromPrimary, socket: ListeningSocket | undefined) => {
    if (message.type === 'start') start.resolve({ ...message.assignment, socket })
    else if (message.type === 'stop') stop.resolve('stopped')
    else if (message.type === 'leave') stop.resolve(message.isHandedOver ? 'handed_over' : 'replaced')
    else if (message.type === 'give_socket')
      worker.send(sealMessage({ type: 'socket' }), asHandle(sharedSocket()), () => {})
    else if (message.type === 'ping') send({ type: 'pong' })
    else if (message.type === 'all') waiting.get(message.id)?.(message)
    else void count(message.id)
  })
  worker.once('disconnect', () => {
    // Node would end the process at once, and its requests with it.
    worker.exitedAfterDisconnect = true
    if (!isClosed) stop.resolve('primary_ended')
  })
  send({ type: 'loaded' })

  async function ask(): Promise<MetricsText | undefined> {
    const id = ++lastId
    const { promise, resolve } = Promise.withResolvers<MetricsText>()
    waiting.set(id, resolve)
    send({ type: 'read', id })
    const all = await withinTime(
      readLimitMs,
      () => promise,
      () => undefined,
    )
    waiting.delete(id)
    return all
  }

  return {
    assignment: start.promise,
    waitAlone: async (work) => {
      process.channel?.unref()
      try {
        return await work()
      } finally {
        process.channel?.ref()
      }
    },
    shareSocket: (socket) => {
      sharedSocket = socket
    },
    send,
    fail: async (problem) => {
      if (!worker.isConnected()) return printError(problem)
      const sent = Promise.withResolvers<void>()
      worker.send(sealMessage({ type: 'failed', problem }), () => sent.resolve())
      await sent.promise
    },
    untilStop: stop.promise,
    readAll: async () => (await ask()) ?? (await mergeMetrics(shared ? [await shared.readOwn()] : [])),
    share: (metrics) => {
      shared = metrics
    },
    close: () => {
      isClosed = true
      if (worker.isConnected()) process.disconnect?.()
    },
  }
}
