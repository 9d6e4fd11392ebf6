/** Signals that would open a debugger, or end the process, and that a server has no use for. */
import { stopSignals } from './stop-signals.ts'

export function ignoreSignals(): void {
  // Node opens its debugger at this signal, to every user of the machine, unless somebody listens.
  process.on('SIGUSR1', () => {})
  // It ends a process where nobody listens. Of `countersign serve --workers` all processes may get it: the primary one reloads.
  process.on('SIGUSR2', () => {})
  // A write beyond the limit on the size of files (RLIMIT_FSIZE) then fails, as on a full disk. Otherwise it ends the process.
  process.on('SIGXFSZ', () => {})
}

/** For a worker: the primary process gets them, too, or alone, and tells its workers. */
export function ignoreStopSignals(): void {
  for (const signal of stopSignals) process.on(signal, () => {})
}
