/** Starts the process of a worker. */
import cluster, { type Worker } from 'node:cluster'
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ListeningSocket } from '../../http/listening-socket.ts'
import { withinTime } from '../../within-time.ts'
import { servingOptions } from '../young-generation.ts'

/** How the process has ended. `err`: the system did not start it. */
export type ProcessEnd =
  | { readonly exitCode: number | null }
  | { readonly signal: NodeJS.Signals }
  | { readonly err: unknown }

// The build has the worker beside this folder too, but tsc does not rewrite the name in a URL.
const script = new URL(import.meta.url.endsWith('.ts') ? '../worker.ts' : '../worker.js', import.meta.url)

/** Milliseconds. A process that the worker has started could keep the connection open. */
const lastMessageMs = 1000

/** `undefined` when the system does not start it: then `onEnd` is called too. */
export function fork(
  onMessage: (received: unknown, handle: ListeningSocket | undefined) => void,
  onEnd: (end: ProcessEnd) => void,
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
