/** The signals that stop a server. */
import type { Context } from '../context.ts'
import type { Ending } from './run.ts'
import { stopSignals } from './stop-signals.ts'

/** The terminal sends Ctrl-C to npm too, which passes it on: that is one signal. */
const repeatMs = 1000

/**
 * Resolves with the first SIGINT, SIGTERM or SIGHUP. A second SIGINT or SIGTERM then ends the process at once, with exit code 1. Not a second SIGHUP:
 * systemd may send one right after SIGTERM.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstMs: number | undefined
    const stop = (signal: NodeJS.Signals) => {
      if (firstMs === undefined) {
        firstMs = performance.now()
        resolve(signal)
      } else if (signal !== 'SIGHUP' && performance.now() - firstMs >= repeatMs) {
        process.exit(1)
      }
    }
    for (const signal of stopSignals) process.on(signal, stop)
  })
}

/** Calls `announce` with the URL of the server, and resolves at the signal. For `run`. */
export function untilSignal(
  { log, config }: Pick<Context, 'log' | 'config'>,
  announce: (url: string) => void,
): (url: string) => Promise<Ending> {
  return async (url) => {
    const signal = stopSignal()
    announce(url)
    log.info({ signal: await signal, shutdownDelay: config.shutdownDelay }, 'stopping')
    return 'stopped'
  }
}
