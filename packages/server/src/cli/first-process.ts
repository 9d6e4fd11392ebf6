/** Process 1 of a container: the system keeps signals from it that it does not listen to, so that Ctrl-C or `docker stop` would change nothing. */
import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The signals that end any other process end the first one too, with the exit code of a shell, unless others listen: they know what is to be done first. */
export function endFirstProcessAtSignals(): void {
  if (process.pid !== 1) return
  for (const signal of signals) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
    })
  }
}
