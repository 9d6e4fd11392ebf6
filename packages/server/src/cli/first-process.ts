/** Process 1 of a container: the system ignores signals that it does not listen to, so that Ctrl-C or `docker stop` would change nothing. */
import { constants } from 'node:os'
import { stopSignals } from './stop-signals.ts'

/**
 * The signals that end any other process end this one too, with the exit code that a shell gives. Where other listeners are added, they decide: they know
 * what must be done first.
 */
export function endFirstProcessAtSignals(): void {
  if (process.pid !== 1) return
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
    })
  }
}
