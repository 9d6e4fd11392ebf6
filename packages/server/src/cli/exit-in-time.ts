/** The end of a process that has served. */
import type { Log } from '../environment.ts'

/** How long what is still open may keep the process after the stop. */
const lingerMs = 3000
/** How long the last line of the log may take. */
const lastLineMs = 500

/** Ends the process with exit code 1. The log is written in the background: an exit at once would lose its last line, which says why. */
export function failAfterLog(): void {
  process.exitCode = 1
  setTimeout(exit, lastLineMs)
}

/** `process.exit` waits for all threads, and one of them may write a line of the log that nobody reads: it would never end. */
function exit(): void {
  if (process.getActiveResourcesInfo().includes('FSReqCallback')) process.kill(process.pid, 'SIGKILL')
  process.exit()
}

/**
 * Ends the process when something is still open that keeps it: a connection to a database that does not answer, what the configuration has opened,
 * or a line of the log that nobody reads.
 */
export function exitInTime(log: Log): void {
  const giveUp = () => {
    log.error({ cutOff: process.getActiveResourcesInfo() }, 'ended, although these were still open')
    failAfterLog()
  }
  setTimeout(giveUp, lingerMs).unref()
}
