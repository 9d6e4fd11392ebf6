/** The end of a process that has failed. */

/** Milliseconds. */
const lingerMs = 1000

/** What a configuration file has opened, such as a timer or a connection, would keep the process. Its exit code is set already. */
export function endAfterFailure(): void {
  setTimeout(() => process.exit(), lingerMs).unref()
}
