/** What the primary process and its workers tell each other. */
import type { SendHandle } from 'node:child_process'
import { isPlainObject } from '../../domain/plain-object.ts'
import type { ListeningSocket } from '../../http/listening-socket.ts'
import type { MetricsPart } from '../../metrics/metrics.ts'
import type { Identity } from './identity.ts'
import type { Place } from './share.ts'

/** What the primary process decides for a worker. The worker reads all other settings itself. */
export interface Assignment {
  readonly place: Place
  readonly host: string
  readonly port: number
  readonly collectsMetrics: boolean
  /** Of the workers that have served before; `undefined` for the first one. */
  readonly running: Identity | undefined
}

export type FromWorker =
  /** It hears what it is told from now on. The answer is `start`. */
  | { readonly type: 'loaded' }
  /** It serves. `shutdownDelay` is in seconds. */
  | { readonly type: 'ready'; readonly identity: Identity; readonly shutdownDelay: number }
  /** It cannot serve, and ends. `problem` is for the operator. */
  | { readonly type: 'failed'; readonly problem: string }
  /** The answer to `give_socket`, with the socket beside it, if it has one. */
  | { readonly type: 'socket' }
  /** The answer to `ping`. */
  | { readonly type: 'pong' }
  /** What it has counted, for `collect`. */
  | { readonly type: 'counted'; readonly id: number; readonly part: MetricsPart }
  /** It asks for what all workers have counted. */
  | { readonly type: 'read'; readonly id: number }

export type FromPrimary =
  /** The socket to listen on is beside it, if another worker had it before. */
  | { readonly type: 'start'; readonly assignment: Assignment }
  | { readonly type: 'stop' }
  /** Another worker is to listen on its socket as well. */
  | { readonly type: 'give_socket' }
  /** It is to stop, and another worker goes on in its place; `isHandedOver`: on the same socket. */
  | { readonly type: 'leave'; readonly isHandedOver: boolean }
  | { readonly type: 'ping' }
  | { readonly type: 'collect'; readonly id: number }
  /** The answer to `read`. */
  | { readonly type: 'all'; readonly id: number; readonly contentType: string; readonly text: string }

/** The form in which a worker sends a message: its configuration file, or a package, may also send messages to the primary process. */
export function sealMessage(message: FromWorker): object {
  return { countersign: message }
}

/** Node can pass such a socket, but its types do not say so. */
export function asHandle(socket: ListeningSocket | undefined): SendHandle {
  return socket as SendHandle | undefined
}

/** The message; `undefined` when it is not one of ours. */
export function openMessage(received: unknown): FromWorker | undefined {
  if (!isPlainObject(received) || !('countersign' in received)) return undefined
  // Nobody else uses this name.
  return received.countersign as FromWorker
}
