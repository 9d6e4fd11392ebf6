/** What a command does before a signal ends it. */
import { stopSignals } from './stop-signals.ts'

/** Calls `work`, which must be synchronous, before a signal ends the process. Returns what ends the watch. */
export function atSignals(work: () => void): () => void {
  const end = (signal: NodeJS.Signals) => {
    work()
    endWatch()
    // Without this listener, the signal ends the process as it does by default.
    process.kill(process.pid, signal)
  }
  const endWatch = () => {
    for (const signal of stopSignals) process.off(signal, end)
  }
  for (const signal of stopSignals) process.on(signal, end)
  return endWatch
}
