/** A worker's end of the channel to the primary process. */
import cluster from 'node:cluster'
import type { Listening } from '../../http/listen.ts'
import type { ListeningSocket } from '../../http/listening-socket.ts'
import type { Ending } from '../run.ts'
import { printError } from '../terminal/print.ts'
import { type Assignment, asHandle, type FromPrimary, type FromWorker, sealMessage } from './messages.ts'
import { createMetricsOfAll, type MetricsOfAll } from './metrics-of-all.ts'

/** Why a worker stops: the primary process has told it to, or has ended. */
export type StopCause = Ending | 'primary_ended'

export interface ToPrimary extends Pick<MetricsOfAll, 'share' | 'readAll'> {
  readonly assignment: Promise<Given>
  /** Waits for `work` as one process alone would: when nothing is left that could end it, the process ends. */
  readonly waitAlone: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** From now on the socket is given to the worker that is to replace this one. */
  readonly shareSocket: (socket: Listening['socket']) => void
  readonly send: (message: FromWorker) => void
  /** Says why this worker cannot serve: to the primary process, or on standard error when that has ended. */
  readonly fail: (problem: string) => Promise<void>
  readonly untilStop: Promise<StopCause>
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
  let sharedSocket: Listening['socket'] = () => undefined
  let isClosed = false

  const send = (message: FromWorker) => {
    if (worker.isConnected()) worker.send(sealMessage(message), () => {})
  }

  const metrics = createMetricsOfAll(send)

  worker.on('message', (message: FromPrimary, socket: ListeningSocket | undefined) => {
    if (message.type === 'start') start.resolve({ ...message.assignment, socket })
    else if (message.type === 'stop') stop.resolve('stopped')
    else if (message.type === 'leave') stop.resolve(message.isHandedOver ? 'handed_over' : 'replaced')
    else if (message.type === 'give_socket')
      worker.send(sealMessage({ type: 'socket' }), asHandle(sharedSocket()), () => {})
    else if (message.type === 'ping') send({ type: 'pong' })
    else if (message.type === 'all') metrics.receive(message.id, message)
    else void metrics.sendOwn(message.id)
  })
  worker.once('disconnect', () => {
    // Node would end the process at once, and its requests with it.
    worker.exitedAfterDisconnect = true
    if (!isClosed) stop.resolve('primary_ended')
  })
  send({ type: 'loaded' })

  return {
    assignment: start.promise,
    waitAlone,
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
    readAll: metrics.readAll,
    share: metrics.share,
    close: () => {
      isClosed = true
      if (worker.isConnected()) process.disconnect?.()
    },
  }
}

async function waitAlone<Result>(work: () => Promise<Result>): Promise<Result> {
  process.channel?.unref()
  try {
    return await work()
  } finally {
    process.channel?.ref()
  }
}
