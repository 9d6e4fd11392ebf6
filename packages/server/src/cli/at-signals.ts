/** The last words of a command that a signal ends. */

const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Calls `work`, which waits for nothing, before a signal ends the process. Returns what ends the watch. */
export function atSignals(work: () => void): () => void {
  const end = (signal: NodeJS.Signals) => {
    work()
    endWatch()
    // Without a listener, it ends the process as it would have.
    process.kill(process.pid, signal)
  }
  const endWatch = () => {
    for (const signal of signals) process.off(signal, end)
  }
  for (const signal of signals) process.on(signal, end)
  return endWatch
}
